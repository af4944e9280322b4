package io.limpet.node.internal.metrics;

import io.limpet.link.LinkReport;
import io.limpet.link.PathState;
import io.limpet.link.PeerReport;
import io.limpet.node.MeshNode;
import io.limpet.node.internal.journal.JournalEvent;
import io.limpet.presence.Presence;
import io.limpet.tcp.TcpInfo;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.netty.util.concurrent.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * Counts what a node does. Layers are asked every few seconds, not at each reading, so that whoever
 * reads often costs the link nothing.
 */
final class NodeMetrics implements AutoCloseable {
  private static final long REFRESH_S = 5;

  /** What a connection has carried since it began: of ended ones the last that was seen counts. */
  private static final Map<String, ToLongFunction<TcpInfo>> TCP_TOTALS =
      Map.of(
          "limpet.tcp.segments.sent", TcpInfo::segmentsSent,
          "limpet.tcp.segments.retransmitted", TcpInfo::segmentsRetransmitted,
          "limpet.tcp.bytes.acked", TcpInfo::bytesAcked,
          "limpet.tcp.bytes.received", TcpInfo::bytesReceived);

  private final MeshNode node;
  private final MeterRegistry registry;
  private final JvmGcMetrics gc = new JvmGcMetrics();
  private final Map<String, Totals> totals = new HashMap<>();
  private final Future<?> refreshing;
  private volatile List<PeerReport> peers = List.of();
  private volatile List<TcpInfo> connections = List.of();

  private NodeMetrics(MeshNode node, MeterRegistry registry) {
    this.node = node;
    this.registry = registry;
    TCP_TOTALS.forEach((name, of) -> totals.put(name, new Totals(of)));
    bind();
    this.refreshing =
        node.link()
            .eventLoop()
            .scheduleWithFixedDelay(this::refresh, 0, REFRESH_S, TimeUnit.SECONDS);
  }

  static NodeMetrics start(MeshNode node, EventSource events, MeterRegistry registry) {
    NodeMetrics metrics = new NodeMetrics(node, registry);
    events.addListener(metrics::count);
    return metrics;
  }

  private void count(JournalEvent event) {
    registry.counter("limpet.events", "event", event.name()).increment();
    if (event instanceof JournalEvent.SecurityRejected rejected) {
      registry.counter("limpet.security.rejected").increment((double) rejected.count());
    }
  }

  private void bind() {
    for (Presence presence : Presence.values()) {
      gauge(
          "limpet.people",
          "state",
          presence.name(),
          n -> n.node.roster().people().stream().filter(p -> p.presence() == presence).count());
    }
    for (PathState path : PathState.values()) {
      gauge(
          "limpet.peers",
          "path",
          path.name(),
          n -> n.peers.stream().filter(p -> p.path() == path).count());
    }
    Gauge.builder("limpet.connections", this, n -> n.connections.size()).register(registry);
    Gauge.builder("limpet.link.loss", this, n -> n.mean(LinkReport::loss))
        .description("Mean of all paths that are measured, 0 to 1")
        .register(registry);
    totals.forEach(
        (name, total) -> FunctionCounter.builder(name, total, Totals::value).register(registry));
    new JvmMemoryMetrics().bindTo(registry);
    gc.bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
  }

  private void gauge(String name, String tag, String value, ToDoubleFunction<NodeMetrics> of) {
    Gauge.builder(name, this, of).tag(tag, value.toLowerCase(Locale.ROOT)).register(registry);
  }

  private double mean(ToDoubleFunction<LinkReport> of) {
    return peers.stream()
        .flatMap(peer -> peer.links().stream())
        .mapToDouble(of)
        .filter(value -> !Double.isNaN(value))
        .average()
        .orElse(Double.NaN);
  }

  private void refresh() {
    node.link().peers().thenAccept(now -> peers = now);
    node.tcp()
        .connections()
        .thenAccept(
            now -> {
              connections = now;
              totals.values().forEach(total -> total.add(now));
            });
  }

  @Override
  public void close() {
    refreshing.cancel(false);
    gc.close();
  }

  /** The sum over all connections there ever were; added to on the event loop alone. */
  private static final class Totals {
    private final ToLongFunction<TcpInfo> of;
    private Map<Connection, Long> seen = Map.of();
    private final AtomicLong sum = new AtomicLong();

    Totals(ToLongFunction<TcpInfo> of) {
      this.of = of;
    }

    private record Connection(Object peer, int localPort, int remotePort) {}

    void add(List<TcpInfo> connections) {
      Map<Connection, Long> now = new HashMap<>();
      long more = 0;
      for (TcpInfo info : connections) {
        Connection connection = new Connection(info.peer(), info.localPort(), info.remotePort());
        long value = of.applyAsLong(info);
        long before = seen.getOrDefault(connection, 0L);
        // Less than before: it is another one between the same ports.
        more += value >= before ? value - before : value;
        now.put(connection, value);
      }
      seen = now;
      sum.addAndGet(more);
    }

    double value() {
      return (double) sum.get();
    }
  }
}
