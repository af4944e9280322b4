package io.limpet.node.internal.http;

import io.limpet.link.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * What is answered, all of it. A value.
 *
 * @param status such as 200
 * @param contentType such as {@code text/plain; charset=utf-8}
 * @param body all of it
 * @param headers further ones by their names in small letters; they take the place of the strict
 *     ones that every answer has
 */
public record HttpAnswer(int status, String contentType, Bytes body, Map<String, String> headers)
    implements HttpReply {
  /** Copies the headers. */
  public HttpAnswer {
    headers = Map.copyOf(headers);
  }

  /** Text of any type, written as UTF-8. */
  public static HttpAnswer text(int status, String contentType, String text) {
    return new HttpAnswer(
        status, contentType, Bytes.of(text.getBytes(StandardCharsets.UTF_8)), Map.of());
  }

  /** One line for a person. */
  public static HttpAnswer line(int status, String text) {
    return text(status, "text/plain; charset=utf-8", text + "\n");
  }

  /** Returns the same answer with one more header. */
  public HttpAnswer with(String name, String value) {
    Map<String, String> more = new HashMap<>(headers);
    more.put(name, value);
    return new HttpAnswer(status, contentType, body, more);
  }
}
