package io.limpet.node.internal.http;

import io.limpet.link.Bytes;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who answers which path. Safe for any thread. */
final class Routes {
  static final String GET = "GET";
  static final String POST = "POST";

  private static final Logger LOG = LoggerFactory.getLogger(Routes.class);
  private static final List<String> METHODS = List.of(GET, POST);

  private final Map<String, HttpHandler> handlers = new ConcurrentHashMap<>();
  private final AtomicReference<@Nullable HttpHandler> others = new AtomicReference<>();

  void add(String method, String path, HttpHandler handler) {
    if (handlers.putIfAbsent(method + path, handler) != null) {
      throw new IllegalArgumentException(method + " " + path + " is answered already");
    }
  }

  void addOthers(HttpHandler handler) {
    if (!others.compareAndSet(null, handler)) {
      throw new IllegalArgumentException("all other paths are answered already");
    }
  }

  CompletionStage<HttpReply> reply(FullHttpRequest request) {
    HttpCall call;
    try {
      call = call(request);
    } catch (IllegalArgumentException e) {
      return answered(HttpAnswer.line(400, "the path has an escape that is none"));
    }
    HttpHandler handler = handlers.get(call.method() + call.path());
    if (handler == null && isNobodys(call)) {
      handler = others.get();
    }
    if (handler == null) {
      return answered(nobody(call));
    }
    try {
      return handler.handle(call).exceptionally(Routes::failed);
    } catch (RuntimeException e) {
      return answered(failed(e));
    }
  }

  private boolean isNobodys(HttpCall call) {
    return METHODS.stream().noneMatch(m -> handlers.containsKey(m + call.path()));
  }

  private HttpAnswer nobody(HttpCall call) {
    List<String> methods =
        METHODS.stream().filter(m -> handlers.containsKey(m + call.path())).toList();
    if (methods.isEmpty()) {
      return HttpAnswer.line(404, "nothing is here");
    }
    String allowed = String.join(", ", methods);
    return HttpAnswer.line(405, "this takes " + allowed).with("allow", allowed);
  }

  private static HttpReply failed(Throwable cause) {
    LOG.warn("a request failed", cause);
    return HttpAnswer.line(500, "this went wrong; the node's output says how");
  }

  private static CompletionStage<HttpReply> answered(HttpReply reply) {
    return CompletableFuture.completedFuture(reply);
  }

  private static HttpCall call(FullHttpRequest request) {
    QueryStringDecoder uri = new QueryStringDecoder(request.uri());
    Map<String, String> query = new HashMap<>();
    uri.parameters().forEach((name, values) -> query.put(name, values.get(0)));
    Map<String, String> headers = new HashMap<>();
    request.headers().forEach(h -> headers.putIfAbsent(lower(h.getKey()), h.getValue()));
    Bytes body = Bytes.of(ByteBufUtil.getBytes(request.content()));
    return new HttpCall(request.method().name(), uri.path(), query, headers, body);
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
