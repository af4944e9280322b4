/** The trace: segments as pcapng, written beside the event loop. */
@org.jspecify.annotations.NullMarked
package io.limpet.tcp.internal.trace;
