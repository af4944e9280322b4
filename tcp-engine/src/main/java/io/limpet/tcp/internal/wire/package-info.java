/** The bytes of RFC 9293: sequence arithmetic, segments, options and the checksum. */
@org.jspecify.annotations.NullMarked
package io.limpet.tcp.internal.wire;
