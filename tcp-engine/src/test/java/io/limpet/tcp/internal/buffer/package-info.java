/** Tests of buffer. */
@org.jspecify.annotations.NullMarked
package io.limpet.tcp.internal.buffer;
