/**
 * Linux's own TCP as referee of the engine: the two talk through a TUN device in a namespace of the
 * test's own, with every segment in the open for a packet tool.
 */
@org.jspecify.annotations.NullMarked
package io.limpet.tcp.internal.kernel;
