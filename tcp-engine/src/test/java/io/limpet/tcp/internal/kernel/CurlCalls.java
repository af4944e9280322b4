package io.limpet.tcp.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code curl} against a Netty HTTP server on the engine. */
final class CurlCalls {
  private CurlCalls() {}

  /** Downloads, with a length and in chunks. */
  static void downloads(NettyStand stand, int bytes) throws Exception {
    byte[] whole = stand.bytes(bytes);
    String site = site(stand.serve(new HttpApp(whole)));
    for (String page : List.of("/whole", "/chunked")) {
      assertThat(Streams.hash(curl(null, site + page))).as(page).isEqualTo(Streams.hash(whole));
    }
  }

  /** Uploads by POST and PUT, the latter with a length and in chunks. */
  static void uploads(NettyStand stand, int bytes) throws Exception {
    byte[] body = stand.bytes(bytes);
    Path file = stand.file(body);
    String site = site(stand.serve(new HttpApp(new byte[0])));
    String sum = Streams.hash(body);
    assertThat(text(curl(null, "--data-binary", "@" + file, site))).as("POST").isEqualTo(sum);
    assertThat(text(curl(null, "-T", file.toString(), site))).as("PUT").isEqualTo(sum);
    assertThat(text(curl(file, "-T", "-", site))).as("chunked PUT").isEqualTo(sum);
  }

  /** Several requests, small and large, go over one connection. */
  static void keepsAlive(NettyStand stand) throws Exception {
    byte[] whole = stand.bytes(20_000);
    HttpApp app = new HttpApp(whole);
    String site = site(stand.serve(app));
    byte[] got =
        curl(null, site + "/a", site + "/chunked", site + "/b", site + "/chunked", site + "/c");
    assertThat(got).hasSize(5 * whole.length);
    for (int i = 0; i < 5; i++) {
      byte[] part = Arrays.copyOfRange(got, i * whole.length, (i + 1) * whole.length);
      assertThat(Streams.hash(part)).as("page %d", i).isEqualTo(Streams.hash(whole));
    }
    assertThat(app.connections()).isEqualTo(1);
  }

  /** Does not take more than it wants in a second: the server has to wait. */
  static void takesItsTime(NettyStand stand, int bytes, String rate) throws Exception {
    byte[] whole = stand.bytes(bytes);
    String site = site(stand.serve(new HttpApp(whole)));
    assertThat(Streams.hash(curl(null, "--limit-rate", rate, site + "/whole")))
        .isEqualTo(Streams.hash(whole));
  }

  private static byte[] curl(@Nullable Path input, String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("curl", "-sS", "--fail", "--noproxy", "*", "--max-time", "25"));
    command.addAll(List.of(arguments));
    try (Program curl = Program.start(input, command)) {
      return curl.output();
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  private static String site(int port) throws IOException {
    return "http://[2001:20::2]:" + port;
  }
}
