package io.limpet.node.internal.metrics;

import io.limpet.link.MeshAddress;
import io.limpet.node.MeshNode;
import io.limpet.node.NodeException;
import io.limpet.node.internal.http.HttpAnswer;
import io.limpet.node.internal.http.HttpHandler;
import io.limpet.node.internal.http.HttpServers;
import io.limpet.node.internal.journal.EventSource;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micrometer.registry.otlp.OtlpConfig;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Gives a node's numbers to those who ask over HTTP, and pushes them to a collector. */
public final class MetricsPublisher implements AutoCloseable {
  /** The path that Prometheus fetches unless told otherwise. */
  public static final String PATH = "/metrics";

  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
  private static final Duration REFRESH = Duration.ofSeconds(5);
  private static final long LAST_PUSH_MS = 3000;

  private final CompositeMeterRegistry registry = new CompositeMeterRegistry();
  private final NodeMetrics metrics;

  private MetricsPublisher(
      MeshNode node, EventSource events, MetricsSettings settings, HttpServers http, Duration every)
      throws NodeException {
    Function<MeshAddress, String> naming = settings.naming();
    InetSocketAddress at = settings.http();
    if (at != null) {
      PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
      registry.add(prometheus);
      http.at(at)
          .get(PATH, HttpHandler.of(call -> HttpAnswer.text(200, TEXT, prometheus.scrape(TEXT))));
    }
    String address = naming.apply(node.address());
    String name = settings.isPrivate() ? address : node.name();
    URI collector = settings.otlp();
    if (collector != null) {
      registry.add(
          OtlpMeterRegistry.builder(new Otlp(collector, settings.step(), address, name))
              .threadFactory(new DefaultThreadFactory("limpet-otlp", true))
              .metricsSender(new CollectorSender(collector))
              .build());
    }
    metrics = NodeMetrics.start(node, events, naming, registry, every);
    Gauge.builder("limpet.node", () -> 1)
        .description("Which node this is")
        .tag("address", address)
        .tag("name", name)
        .tag("version", MeshNode.VERSION)
        .register(registry);
  }

  /**
   * Starts what is asked for.
   *
   * @param http where the server comes from, which is not this object's to close
   * @throws NodeException with one line, when the port cannot be had
   */
  public static MetricsPublisher start(
      MeshNode node, EventSource events, MetricsSettings settings, HttpServers http)
      throws NodeException {
    return start(node, events, settings, http, REFRESH);
  }

  static MetricsPublisher start(
      MeshNode node, EventSource events, MetricsSettings settings, HttpServers http, Duration every)
      throws NodeException {
    return new MetricsPublisher(node, events, settings, http, every);
  }

  /** Tells the collector how it ended, if that can be done soon, and measures no more. */
  @Override
  public void close() {
    metrics.close();
    Thread last =
        new Thread(
            () -> registry.getRegistries().forEach(MeterRegistry::close), "limpet-otlp-last");
    last.setDaemon(true);
    last.start();
    try {
      last.join(LAST_PUSH_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    registry.close();
  }

  private record Otlp(URI collector, Duration step, String address, String name)
      implements OtlpConfig {
    @Override
    public @Nullable String get(String key) {
      return null;
    }

    @Override
    public String url() {
      return collector.toString();
    }

    /** What the site says by OTEL_RESOURCE_ATTRIBUTES goes before what we know. */
    @Override
    public Map<String, String> resourceAttributes() {
      Map<String, String> attributes = new HashMap<>();
      attributes.put("service.name", "limpet");
      attributes.put("service.version", MeshNode.VERSION);
      attributes.put("service.instance.id", address);
      attributes.put("limpet.node.name", name);
      attributes.putAll(OtlpConfig.super.resourceAttributes());
      return attributes;
    }
  }
}
