/** A small HTTP server for programs of this machine: answers, and streams of events. */
@org.jspecify.annotations.NullMarked
package io.limpet.node.internal.http;
