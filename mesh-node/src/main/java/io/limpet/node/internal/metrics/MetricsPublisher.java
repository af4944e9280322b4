package io.limpet.node.internal.metrics;

import io.limpet.node.MeshNode;
import io.limpet.node.NodeException;
import io.limpet.node.internal.http.HttpAnswer;
import io.limpet.node.internal.http.LocalHttp;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micrometer.registry.otlp.OtlpConfig;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gives a node's numbers to those who ask over HTTP, and pushes them to a collector. */
public final class MetricsPublisher implements AutoCloseable {
  /** The path that Prometheus fetches unless told otherwise. */
  public static final String PATH = "/metrics";

  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private final CompositeMeterRegistry registry;
  private final @Nullable NodeMetrics metrics;
  private final @Nullable LocalHttp http;

  private MetricsPublisher(
      CompositeMeterRegistry registry, @Nullable NodeMetrics metrics, @Nullable LocalHttp http) {
    this.registry = registry;
    this.metrics = metrics;
    this.http = http;
  }

  /**
   * Starts what is asked for: nothing is counted where nothing is.
   *
   * @throws NodeException with one line, when the port cannot be had
   */
  public static MetricsPublisher start(MeshNode node, EventSource events, MetricsSettings settings)
      throws NodeException {
    CompositeMeterRegistry registry = new CompositeMeterRegistry();
    if (settings.isOff()) {
      return new MetricsPublisher(registry, null, null);
    }
    LocalHttp http = null;
    InetSocketAddress at = settings.http();
    if (at != null) {
      PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
      registry.add(prometheus);
      http =
          LocalHttp.start(
              at, Map.of(PATH, () -> new HttpAnswer(200, TEXT, prometheus.scrape(TEXT))));
    }
    if (settings.otlp() != null) {
      registry.add(
          new OtlpMeterRegistry(
              new Otlp(settings.otlp().toString(), settings.step(), node), Clock.SYSTEM));
    }
    return new MetricsPublisher(registry, NodeMetrics.start(node, events, registry), http);
  }

  /** Returns where the numbers can be fetched, or null for nowhere. */
  public @Nullable InetSocketAddress address() {
    return http == null ? null : http.address();
  }

  @Override
  public void close() {
    if (http != null) {
      http.close();
    }
    if (metrics != null) {
      metrics.close();
    }
    registry.getRegistries().forEach(io.micrometer.core.instrument.MeterRegistry::close);
    registry.close();
  }

  private record Otlp(String url, Duration step, MeshNode node) implements OtlpConfig {
    @Override
    public @Nullable String get(String key) {
      return null;
    }

    @Override
    public Map<String, String> resourceAttributes() {
      return Map.of(
          "service.name", "limpet",
          "service.instance.id", node.address().toString(),
          "limpet.node.name", node.name());
    }
  }
}
