/** The engine on real sockets: one event loop that owns everything of a link. */
@org.jspecify.annotations.NullMarked
package io.limpet.link.internal.runtime;
