package io.limpet.node.internal.http;

/** What is answered: all of it at once, or events as they happen. */
public sealed interface HttpReply permits HttpAnswer, EventStream {}
