package io.limpet.node.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.limpet.node.internal.metrics.MetricsPublisher;
import io.limpet.node.internal.metrics.MetricsSettings;
import io.limpet.node.internal.runtime.LiveNode;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsTest {
  private static final InetSocketAddress ANY_FREE_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  private static final Pattern LENGTH = Pattern.compile("(?i)content-length: ([0-9]+)");

  @TempDir Path folder;

  /** What a server says to these very bytes, until it closes. */
  private static String ask(InetSocketAddress at, String request) throws IOException {
    try (Socket socket = new Socket(at.getAddress(), at.getPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String get(InetSocketAddress at, String path, String... headers)
      throws IOException {
    String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    String host = more.contains("Host:") ? "" : "Host: 127.0.0.1:" + at.getPort() + "\r\n";
    return ask(at, "GET " + path + " HTTP/1.1\r\n" + host + more + "Connection: close\r\n\r\n");
  }

  @Test
  void prometheusFetchesWhatTheNodeDoesAndStrangersFetchNothing() throws Exception {
    try (OakAndElm two = new OakAndElm(folder)) {
      LiveNode oak = two.start("oak");
      MetricsSettings settings = new MetricsSettings(ANY_FREE_PORT, null, Duration.ofMinutes(1));
      try (MetricsPublisher published =
          MetricsPublisher.start(oak.node(), oak::addListener, settings)) {
        InetSocketAddress at = published.address();
        two.start("elm");
        await()
            .atMost(Duration.ofSeconds(30))
            .untilAsserted(
                () ->
                    assertThat(get(at, "/metrics"))
                        .startsWith("HTTP/1.1 200 OK")
                        .contains("content-type: text/plain; version=0.0.4")
                        .contains("limpet_people{state=\"online\"} 1.0")
                        .contains("limpet_peers{path=\"unicast\"} 1.0")
                        .contains("limpet_events_total{event=\"peer.online\"} 1.0")
                        .contains("limpet_tcp_segments_sent_total")
                        .contains("jvm_memory_used_bytes"));

        assertThat(get(at, "/metrics?a=b")).startsWith("HTTP/1.1 200");
        assertThat(get(at, "/")).startsWith("HTTP/1.1 404");
        assertThat(get(at, "/%zz")).startsWith("HTTP/1.1 404");
        assertThat(get(at, "/metrics", "Host: evil.example")).startsWith("HTTP/1.1 421");
        assertThat(get(at, "/metrics", "Host: localhost", "Host: localhost"))
            .startsWith("HTTP/1.1 421");
        assertThat(get(at, "/metrics", "Host: localhost")).startsWith("HTTP/1.1 200");
        assertThat(get(at, "/metrics", "Origin: http://evil.example")).startsWith("HTTP/1.1 403");
        assertThat(get(at, "/metrics", "Sec-Fetch-Site: cross-site")).startsWith("HTTP/1.1 403");
        assertThat(get(at, "/metrics", "X: " + "x".repeat(20_000))).startsWith("HTTP/1.1 4");
        assertThat(ask(at, "POST /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"))
            .startsWith("HTTP/1.1 405")
            .contains("x-content-type-options: nosniff");
        assertThat(ask(at, "\u0000\u0001 nonsense\r\n\r\n")).startsWith("HTTP/1.1 4");
        assertThat(get(at, "/metrics")).startsWith("HTTP/1.1 200");
      }
    }
  }

  @Test
  void aCollectorIsToldByOtlpWhoTellsIt() throws Exception {
    BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
    ServerSocket collector = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    Thread collecting = new Thread(() -> collect(collector, received), "collector");
    collecting.setDaemon(true);
    collecting.start();
    try (OakAndElm two = new OakAndElm(folder)) {
      LiveNode oak = two.start("oak");
      URI url = URI.create("http://127.0.0.1:" + collector.getLocalPort() + "/v1/metrics");
      // What is known is pushed once more when a node stops.
      MetricsPublisher.start(
              oak.node(), oak::addListener, new MetricsSettings(null, url, Duration.ofHours(1)))
          .close();
      byte[] body = received.poll(10, TimeUnit.SECONDS);
      assertThat(body).isNotNull();
      var resource = ExportMetricsServiceRequest.parseFrom(body).getResourceMetrics(0);
      assertThat(resource.getResource().getAttributesList())
          .extracting(a -> Map.entry(a.getKey(), a.getValue().getStringValue()))
          .contains(
              Map.entry("service.name", "limpet"),
              Map.entry("service.instance.id", oak.node().address().toString()));
      List<String> names =
          resource.getScopeMetrics(0).getMetricsList().stream().map(m -> m.getName()).toList();
      assertThat(names).contains("limpet.people", "limpet.connections", "limpet.tcp.bytes.acked");
    } finally {
      collector.close();
    }
  }

  /** Takes the bodies of requests, whose headers say how long they are, and is content. */
  private static void collect(ServerSocket collector, BlockingQueue<byte[]> bodies) {
    try {
      while (true) {
        try (Socket client = collector.accept()) {
          DataInputStream in = new DataInputStream(client.getInputStream());
          StringBuilder head = new StringBuilder();
          while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
          }
          Matcher length = LENGTH.matcher(head);
          assertThat(length.find()).as(head.toString()).isTrue();
          byte[] body = new byte[Integer.parseInt(length.group(1))];
          in.readFully(body);
          bodies.add(body);
          client
              .getOutputStream()
              .write(
                  "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                      .getBytes(StandardCharsets.US_ASCII));
        }
      }
    } catch (IOException e) {
      return; // closed by the test
    }
  }
}
