/** Tests of the wire format. */
@org.jspecify.annotations.NullMarked
package io.limpet.tcp.internal.wire;
