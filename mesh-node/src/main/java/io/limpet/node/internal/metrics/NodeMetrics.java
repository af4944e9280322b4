package io.limpet.node.internal.metrics;

import io.limpet.link.MeshAddress;
import io.limpet.link.PathState;
import io.limpet.link.PeerReport;
import io.limpet.node.MeshNode;
import io.limpet.node.internal.journal.EventSource;
import io.limpet.presence.Presence;
import io.limpet.tcp.TcpInfo;
import io.limpet.tcp.TcpTotals;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures what a node does. Layers are asked every few seconds, by a thread that is for nothing
 * else, so that whoever reads often costs the link nothing.
 */
final class NodeMetrics implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeMetrics.class);
  private static final long PATIENCE_MS = 2000;

  private final MeshNode node;
  private final MeterRegistry registry;
  private final EventMeters events;
  private final PeerMeters peers;
  private final ProcessMeters process;
  private final ScheduledExecutorService refreshing =
      Executors.newSingleThreadScheduledExecutor(new DefaultThreadFactory("limpet-metrics", true));
  private volatile Readings readings = Readings.NONE;

  private NodeMetrics(MeshNode node, Function<MeshAddress, String> naming, MeterRegistry registry) {
    this.node = node;
    this.registry = registry;
    this.process = new ProcessMeters(registry);
    this.events = new EventMeters(registry);
    this.peers = new PeerMeters(naming, registry);
    bind();
  }

  /**
   * Begins to measure.
   *
   * @param naming what a peer is called in a tag
   * @param every how often the layers are asked
   */
  static NodeMetrics start(
      MeshNode node,
      EventSource journal,
      Function<MeshAddress, String> naming,
      MeterRegistry registry,
      Duration every) {
    NodeMetrics metrics = new NodeMetrics(node, naming, registry);
    journal.addListener(metrics.events::onEvent);
    node.tcp().addListener(metrics.events);
    metrics.refreshing.scheduleWithFixedDelay(
        metrics::refresh, 0, every.toMillis(), TimeUnit.MILLISECONDS);
    return metrics;
  }

  private void bind() {
    for (Presence presence : Presence.values()) {
      gauge(
          "limpet.people",
          "People in the roster by how sure it is that they are here",
          "state",
          presence.name(),
          m -> m.node.roster().people().stream().filter(p -> p.presence() == presence).count());
    }
    for (PathState path : PathState.values()) {
      gauge(
          "limpet.peers",
          "Peers by the way that they are reached",
          "path",
          path.name(),
          m -> m.readings.peers().stream().filter(p -> p.path() == path).count());
    }
    Gauge.builder("limpet.connections", this, m -> m.readings.connections())
        .description("Mesh connections now")
        .register(registry);
    total("limpet.tcp.sent", "segments", "Segments sent", TcpTotals::segmentsSent);
    total(
        "limpet.tcp.retransmitted",
        "segments",
        "Of the segments sent, those sent again",
        TcpTotals::segmentsRetransmitted);
    total(
        "limpet.tcp.spurious",
        "segments",
        "Of the segments sent again, those that proved needless",
        TcpTotals::spuriousRetransmissions);
    total(
        "limpet.tcp.timeouts", null, "Retransmission timeouts", TcpTotals::retransmissionTimeouts);
    total("limpet.tcp.acked", "bytes", "Data that peers acknowledged", TcpTotals::bytesAcked);
    total("limpet.tcp.received", "bytes", "Data received in order", TcpTotals::bytesReceived);
  }

  private void gauge(
      String name, String description, String tag, String value, ToDoubleFunction<NodeMetrics> of) {
    Gauge.builder(name, this, of)
        .description(description)
        .tag(tag, value.toLowerCase(Locale.ROOT))
        .register(registry);
  }

  private void total(
      String name, @Nullable String unit, String description, ToLongFunction<TcpTotals> of) {
    FunctionCounter.builder(name, this, m -> (double) of.applyAsLong(m.readings.tcp()))
        .baseUnit(unit)
        .description(description)
        .register(registry);
  }

  private void refresh() {
    try {
      List<PeerReport> known = answer(node.link().peers());
      List<TcpInfo> connections = answer(node.tcp().connections());
      TcpTotals tcp = answer(node.tcp().totals());
      Readings now = Readings.of(known, connections, tcp, readings);
      readings = now;
      peers.update(now);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      // The numbers stay what they were; thrown, it would be the last time that anybody is asked.
      LOG.debug("the node does not say how it is", e);
    }
  }

  private static <T> T answer(CompletionStage<T> question)
      throws InterruptedException, ExecutionException, TimeoutException {
    return question.toCompletableFuture().get(PATIENCE_MS, TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    refreshing.shutdownNow();
    node.tcp().removeListener(events);
    process.close();
  }
}
