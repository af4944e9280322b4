/** Tests of rcv. */
@org.jspecify.annotations.NullMarked
package io.limpet.tcp.internal.rcv;
