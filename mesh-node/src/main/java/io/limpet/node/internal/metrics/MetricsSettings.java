package io.limpet.node.internal.metrics;

import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where a node's numbers go.
 *
 * @param http where Prometheus may fetch them, or null for nowhere
 * @param otlp the collector that they are pushed to by OTLP over HTTP, or null for none
 * @param step how often they are pushed
 */
public record MetricsSettings(@Nullable InetSocketAddress http, @Nullable URI otlp, Duration step) {
  /** Nowhere. */
  public static final MetricsSettings OFF = new MetricsSettings(null, null, Duration.ofMinutes(1));

  boolean isOff() {
    return http == null && otlp == null;
  }
}
