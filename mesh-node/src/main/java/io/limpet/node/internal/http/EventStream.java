package io.limpet.node.internal.http;

import java.util.function.Consumer;

/**
 * An answer that goes on for as long as the client stays: server-sent events.
 *
 * @param opened takes the stream once it is open, on the server's thread; must not block
 */
public record EventStream(Consumer<EventSink> opened) implements HttpReply {}
