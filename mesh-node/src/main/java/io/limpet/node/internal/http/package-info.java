/** A small HTTP server for this machine: metrics now, pages later. */
@org.jspecify.annotations.NullMarked
package io.limpet.node.internal.http;
