package io.limpet.node.internal.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.limpet.node.internal.cli.OakAndElm;
import io.limpet.node.internal.http.HttpAnswer;
import io.limpet.node.internal.http.HttpCall;
import io.limpet.node.internal.http.HttpHandler;
import io.limpet.node.internal.http.HttpServers;
import io.limpet.node.internal.http.LocalHttp;
import io.limpet.node.internal.http.RawHttp;
import io.limpet.node.internal.runtime.LiveNode;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Metric;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsTest {
  private static final InetSocketAddress ANY_FREE_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration OFTEN = Duration.ofMillis(50);
  private static final Path DOCS = Path.of("..", "docs");
  private static final int PORT = 4711;

  @TempDir Path folder;

  private static MetricsSettings served(boolean isPrivate) {
    return new MetricsSettings(ANY_FREE_PORT, null, Duration.ofMinutes(1), isPrivate);
  }

  private static Exposition scrape(HttpServers http) throws IOException {
    String answer = RawHttp.get(http.addresses().get(0), "/metrics");
    assertThat(answer)
        .startsWith("HTTP/1.1 200 OK")
        .contains("content-type: text/plain; version=0.0.4; charset=utf-8\r\n");
    return Exposition.parse(answer.substring(answer.indexOf("\r\n\r\n") + 4));
  }

  /** A connection from one to the other that carries some bytes and is closed. */
  private static void converse(LiveNode from, LiveNode to) throws InterruptedException {
    new ServerBootstrap()
        .group(to.node().link().eventLoop())
        .channelFactory(to.node().tcp().serverChannels())
        .childHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel accepted) {
                accepted.closeFuture();
              }
            })
        .bind(to.node().address().at(PORT))
        .sync();
    Channel client =
        new Bootstrap()
            .group(from.node().link().eventLoop())
            .channelFactory(from.node().tcp().clientChannels())
            .handler(new ChannelInboundHandlerAdapter())
            .connect(to.node().address().at(PORT))
            .sync()
            .channel();
    client.writeAndFlush(Unpooled.buffer().writeZero(10_000)).sync();
    client.close().sync();
  }

  @Test
  void prometheusReadsWhatTheNodeDoesAndEachNameIsInTheDocument() throws Exception {
    try (OakAndElm two = new OakAndElm(folder);
        HttpServers http = new HttpServers()) {
      LiveNode oak = two.start("oak");
      try (MetricsPublisher published =
          MetricsPublisher.start(oak.node(), oak::addListener, served(false), http, OFTEN)) {
        LiveNode elm = two.start("elm");
        two.awaitMeeting("oak");
        converse(oak, elm);
        String peer = "peer=\"" + elm.node().address() + "\"";
        await()
            .atMost(SOON)
            .untilAsserted(
                () ->
                    assertThat(scrape(http).samples())
                        .containsEntry("limpet_people{state=\"online\"}", 1.0)
                        .containsEntry("limpet_peers{path=\"unicast\"}", 1.0)
                        .containsEntry("limpet_peer_unicast{" + peer + "}", 1.0)
                        .containsEntry("limpet_events_total{event=\"peer.online\"}", 1.0)
                        .containsEntry("limpet_tcp_acked_bytes_total", 10_000.0)
                        .containsEntry("limpet_connections", 0.0)
                        .containsKey(
                            "limpet_link_rtt_seconds{carrier=\"unicast_ipv4\",interface=\"air1\","
                                + peer
                                + "}"));
        Exposition seen = scrape(http);
        assertThat(seen.samples())
            .containsEntry(
                "limpet_node{address=\""
                    + oak.node().address()
                    + "\",name=\"oak\",version=\"0.1.0\"}",
                1.0)
            .containsEntry("limpet_events_total{event=\"repair.gaveup\"}", 0.0)
            .containsEntry("limpet_connections_opened_total", 1.0)
            .containsEntry("limpet_connections_closed_total{reason=\"user_timeout\"}", 0.0);
        seen.types()
            .forEach(
                (name, type) ->
                    assertThat(name.endsWith("_total")).as(name).isEqualTo(type.equals("counter")));
        assertThat(seen.families("jvm_")).contains("jvm_memory_used_bytes");
        assertThat(documented()).isEqualTo(withRepair(seen.families("limpet_")));
        theDashboardAsksOnlyForWhatIsThere(seen);
        assertThat(published).isNotNull();
      }
      // What it counted goes with it; the node lives on.
      assertThat(oak.node().tcp().totals().toCompletableFuture().join().bytesAcked())
          .isEqualTo(10_000);
    }
  }

  /** A repair has a time only once there was one. */
  private static Set<String> withRepair(Set<String> families) {
    Set<String> all = new TreeSet<>(families);
    all.addAll(List.of("limpet_repair_seconds", "limpet_repair_seconds_max"));
    return all;
  }

  private static Set<String> documented() throws IOException {
    Pattern row = Pattern.compile("^\\| `(limpet_[a-z_]+)` \\|");
    return Files.readAllLines(DOCS.resolve("metrics.md")).stream()
        .map(row::matcher)
        .filter(Matcher::find)
        .map(m -> m.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static void theDashboardAsksOnlyForWhatIsThere(Exposition seen) throws IOException {
    JsonNode dashboard =
        new ObjectMapper().readTree(DOCS.resolve("grafana-dashboard.json").toFile());
    Set<String> questions = new HashSet<>(dashboard.findValuesAsText("expr"));
    dashboard.path("templating").findValues("query").forEach(q -> questions.add(q.asText()));
    Pattern metric = Pattern.compile("((?:limpet|jvm|process|system)_[a-z_]+)(?:\\{([^}]*)})?");
    Pattern label = Pattern.compile("([a-z_]+)[=!]");
    Set<String> asked = new TreeSet<>();
    for (String question : questions) {
      Matcher found = metric.matcher(question);
      while (found.find()) {
        String name = found.group(1);
        asked.add(name);
        assertThat(seen.labels()).as(question).containsKey(name);
        Matcher by = label.matcher(found.group(2) == null ? "" : found.group(2));
        while (by.find()) {
          if (!by.group(1).equals("instance")) {
            assertThat(seen.labels().get(name)).as(question).contains(by.group(1));
          }
        }
      }
    }
    assertThat(asked).hasSizeGreaterThan(10);
  }

  @Test
  void inPrivateThereIsNeitherNameNorAddress() throws Exception {
    try (OakAndElm two = new OakAndElm(folder);
        HttpServers http = new HttpServers()) {
      LiveNode oak = two.start("oak");
      LiveNode elm = two.start("elm");
      try (MetricsPublisher published =
          MetricsPublisher.start(oak.node(), oak::addListener, served(true), http, OFTEN)) {
        await()
            .atMost(SOON)
            .until(() -> scrape(http).families("limpet_").contains("limpet_peer_unicast"));
        assertThat(String.join("\n", scrape(http).samples().keySet()))
            .contains("peer=\"peer-")
            .contains("name=\"peer-")
            .doesNotContain("oak")
            .doesNotContain(oak.node().address().toString())
            .doesNotContain(elm.node().address().toString());
        assertThat(published).isNotNull();
      }
    }
  }

  @Test
  void aCollectorIsToldByOtlpWhoTellsIt() throws Exception {
    BlockingQueue<HttpCall> received = new LinkedBlockingQueue<>();
    try (OakAndElm two = new OakAndElm(folder);
        LocalHttp collector = LocalHttp.start(ANY_FREE_PORT);
        HttpServers http = new HttpServers()) {
      collector.post(
          "/v1/metrics",
          HttpHandler.of(
              call -> {
                received.add(call);
                return HttpAnswer.line(200, "");
              }));
      LiveNode oak = two.start("oak");
      URI url = URI.create("http://" + HttpServers.written(collector.address()) + "/v1/metrics");
      MetricsSettings settings = new MetricsSettings(null, url, Duration.ofHours(1), false);
      // What is known is pushed once more when a node stops.
      MetricsPublisher.start(oak.node(), oak::addListener, settings, http).close();
      HttpCall call = received.poll(10, TimeUnit.SECONDS);
      assertThat(call).isNotNull();
      assertThat(call.headers()).containsEntry("content-type", "application/x-protobuf");
      var resource =
          ExportMetricsServiceRequest.parseFrom(call.body().toArray()).getResourceMetrics(0);
      assertThat(resource.getResource().getAttributesList())
          .extracting(a -> Map.entry(a.getKey(), a.getValue().getStringValue()))
          .contains(
              Map.entry("service.name", "limpet"),
              Map.entry("service.instance.id", oak.node().address().toString()),
              Map.entry("limpet.node.name", "oak"));
      Map<String, Metric> metrics =
          resource.getScopeMetrics(0).getMetricsList().stream()
              .collect(Collectors.toMap(Metric::getName, m -> m, (one, other) -> one));
      assertThat(metrics).containsKeys("limpet.people", "limpet.connections", "jvm.memory.used");
      assertThat(metrics.get("limpet.tcp.acked").getUnit()).isEqualTo("bytes");
      assertThat(metrics.get("limpet.tcp.acked").getSum())
          .satisfies(
              sum -> {
                assertThat(sum.getIsMonotonic()).isTrue();
                assertThat(sum.getAggregationTemporality())
                    .isEqualTo(AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE);
              });
      assertThat(http.addresses()).isEmpty();
    }
  }
}
