/** Memory for byte streams that grows with use and shrinks again. */
@org.jspecify.annotations.NullMarked
package io.limpet.tcp.internal.buffer;
