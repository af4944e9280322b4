package io.limpet.node.internal.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Answers what is asked for one path. */
@FunctionalInterface
public interface HttpHandler {
  /**
   * Answers one request, within {@link LocalHttp#DEADLINE_SECONDS} or the connection is closed.
   *
   * <p>Called on the server's thread, and must not block; the answer may be completed on any. What
   * is thrown, or completes it, is logged and answered by status 500.
   */
  CompletionStage<HttpReply> handle(HttpCall call);

  /** Returns a handler that knows the answer at once. */
  static HttpHandler of(Function<HttpCall, ? extends HttpReply> answer) {
    return call -> CompletableFuture.completedFuture(answer.apply(call));
  }
}
