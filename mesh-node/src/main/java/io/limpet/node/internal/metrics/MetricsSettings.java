package io.limpet.node.internal.metrics;

import io.limpet.link.MeshAddress;
import io.limpet.node.internal.privacy.Pseudonyms;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where a node's numbers go.
 *
 * @param http where Prometheus may fetch them, or null for nowhere
 * @param otlp the collector that they are pushed to by OTLP over HTTP, or null for none
 * @param step how often they are pushed
 * @param isPrivate whether pseudonyms take the place of names and addresses in them
 */
public record MetricsSettings(
    @Nullable InetSocketAddress http, @Nullable URI otlp, Duration step, boolean isPrivate) {

  /** Says whether they go nowhere: then nothing is measured. */
  public boolean isOff() {
    return http == null && otlp == null;
  }

  /** Returns what a node is called in a tag. */
  Function<MeshAddress, String> naming() {
    return isPrivate ? Pseudonyms::ofPeer : MeshAddress::toString;
  }
}
