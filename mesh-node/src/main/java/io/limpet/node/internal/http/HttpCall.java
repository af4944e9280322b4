package io.limpet.node.internal.http;

import io.limpet.link.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What is asked. A value.
 *
 * @param method {@code GET} or {@code POST}
 * @param path decoded, without the query
 * @param query decoded; of a name that is there twice the first value
 * @param headers by their names in small letters; of a name that is there twice the first value
 * @param body at most {@link LocalHttp#MAX_BODY_BYTES}; empty for GET
 */
public record HttpCall(
    String method,
    String path,
    Map<String, String> query,
    Map<String, String> headers,
    Bytes body) {

  /** Returns the body as text. */
  public String text() {
    return new String(body.toArray(), StandardCharsets.UTF_8);
  }
}
