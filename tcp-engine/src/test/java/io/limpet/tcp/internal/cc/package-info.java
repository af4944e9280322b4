/** Tests of pacing. */
@org.jspecify.annotations.NullMarked
package io.limpet.tcp.internal.cc;
