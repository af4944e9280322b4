package io.limpet.node.internal.http;

/**
 * What is answered. A value.
 *
 * @param status such as 200
 * @param contentType such as {@code text/plain; charset=utf-8}
 * @param body all of it; written as UTF-8
 */
public record HttpAnswer(int status, String contentType, String body) {
  /** One line for a person. */
  public static HttpAnswer line(int status, String text) {
    return new HttpAnswer(status, "text/plain; charset=utf-8", text + "\n");
  }
}
