/** Bytes on the air: pure codecs without I/O. */
@org.jspecify.annotations.NullMarked
package io.limpet.link.internal.wire;
