package io.limpet.node.internal.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client that says these very bytes. */
public final class RawHttp {
  private RawHttp() {}

  /** Returns what a server says to it, until it closes. */
  public static String ask(InetSocketAddress at, String request) throws IOException {
    try (Socket socket = open(at, request)) {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Asks, and leaves the connection to the caller. */
  public static Socket open(InetSocketAddress at, String request) throws IOException {
    Socket socket = new Socket(at.getAddress(), at.getPort());
    socket.setSoTimeout(10_000);
    socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
    return socket;
  }

  /** Returns the answer to a GET request with these headers, by the server's own address. */
  public static String get(InetSocketAddress at, String path, String... headers)
      throws IOException {
    return ask(at, request("GET", at, path, "", headers));
  }

  /** Returns the answer to a POST request. */
  public static String post(InetSocketAddress at, String path, String body, String... headers)
      throws IOException {
    return ask(at, request("POST", at, path, body, headers));
  }

  /** Returns a request, by the server's own address unless the headers name another. */
  public static String request(
      String method, InetSocketAddress at, String path, String body, String... headers) {
    StringBuilder text = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
    if (!String.join("\n", headers).contains("Host:")) {
      text.append("Host: ").append(HttpServers.written(at)).append("\r\n");
    }
    for (String header : headers) {
      text.append(header).append("\r\n");
    }
    if (!body.isEmpty()) {
      text.append("Content-Length: ").append(body.length()).append("\r\n");
    }
    return text.append("Connection: close\r\n\r\n").append(body).toString();
  }
}
