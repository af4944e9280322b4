package io.limpet.node.internal.metrics;

import io.limpet.link.LinkReport;
import io.limpet.link.MeshAddress;
import io.limpet.link.PathState;
import io.limpet.node.internal.metrics.Readings.LinkKey;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * The meters of single peers: they come and go with them, and there are never more than {@link
 * Readings} shows. Not thread-safe but for reading the meters.
 */
final class PeerMeters {
  private static final double NANOS = 1e9;

  private final Function<MeshAddress, String> naming;
  private final MultiGauge unicast;
  private final MultiGauge loss;
  private final MultiGauge rtt;
  private volatile Readings readings = Readings.NONE;

  /**
   * Has no meters yet.
   *
   * @param naming what a peer is called in a tag: nothing that it may choose itself
   */
  PeerMeters(Function<MeshAddress, String> naming, MeterRegistry registry) {
    this.naming = naming;
    this.unicast =
        MultiGauge.builder("limpet.peer.unicast")
            .description("1 while unicast reaches the peer, else 0")
            .register(registry);
    this.loss =
        MultiGauge.builder("limpet.link.loss")
            .baseUnit("ratio")
            .description("Share of datagrams that this way to the peer loses, 0 to 1")
            .register(registry);
    this.rtt =
        MultiGauge.builder("limpet.link.rtt")
            .baseUnit("seconds")
            .description("Smoothed round-trip time of this way to the peer")
            .register(registry);
  }

  /** Makes the meters that are missing, and removes those of peers and ways that are no more. */
  void update(Readings now) {
    readings = now;
    unicast.register(
        now.shown().keySet().stream()
            .map(
                peer ->
                    MultiGauge.Row.of(
                        Tags.of("peer", naming.apply(peer)), this, m -> m.unicast(peer)))
            .toList());
    loss.register(rows(now, link -> !Double.isNaN(link.loss()), LinkReport::loss));
    rtt.register(rows(now, link -> link.rtt() != null, PeerMeters::seconds));
  }

  private List<MultiGauge.Row<PeerMeters>> rows(
      Readings now, Predicate<LinkReport> isKnown, ToDoubleFunction<LinkReport> value) {
    return now.links().entrySet().stream()
        .filter(link -> isKnown.test(link.getValue()))
        .map(link -> MultiGauge.Row.of(tags(link.getKey()), this, m -> m.of(link.getKey(), value)))
        .toList();
  }

  private Tags tags(LinkKey link) {
    return Tags.of(
        "peer",
        naming.apply(link.peer()),
        "interface",
        link.interfaceName(),
        "carrier",
        link.carrier().toLowerCase(Locale.ROOT));
  }

  private double unicast(MeshAddress peer) {
    return readings.shown().get(peer) == PathState.UNICAST ? 1 : 0;
  }

  private double of(LinkKey key, ToDoubleFunction<LinkReport> value) {
    LinkReport link = readings.links().get(key);
    return link == null ? Double.NaN : value.applyAsDouble(link);
  }

  private static double seconds(LinkReport link) {
    Duration rtt = link.rtt();
    return rtt == null ? Double.NaN : rtt.toNanos() / NANOS;
  }
}
