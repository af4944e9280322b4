package io.limpet.node.internal.runtime;

import io.limpet.link.LinkReport;
import io.limpet.link.PeerReport;
import io.limpet.node.MeshNode;
import io.limpet.node.internal.journal.JournalFeed;
import io.limpet.node.internal.journal.Sampler;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** Looks at a node's paths and connections now and then, for the journal. On its event loop. */
final class Measuring {
  private static final long INTERVAL_MS = 5_000;

  private final MeshNode node;
  private final JournalFeed feed;
  private final Sampler sampler = new Sampler();
  private long lastNs = System.nanoTime();

  private Measuring(MeshNode node, JournalFeed feed) {
    this.node = node;
    this.feed = feed;
  }

  /** Begins; it ends with the node. */
  static void begin(MeshNode node, JournalFeed feed) {
    Measuring measuring = new Measuring(node, feed);
    Future<?> unused =
        node.link()
            .eventLoop()
            .scheduleWithFixedDelay(
                measuring::look, INTERVAL_MS, INTERVAL_MS, TimeUnit.MILLISECONDS);
  }

  private void look() {
    try {
      node.link()
          .peers()
          .thenCombine(
              node.tcp().connections(),
              (peers, connections) -> {
                long nowNs = System.nanoTime();
                long overMs = Math.max(1, TimeUnit.NANOSECONDS.toMillis(nowNs - lastNs));
                lastNs = nowNs;
                feed.onMeasured(
                    sampler.links(links(peers)), sampler.connections(connections, overMs));
                return null;
              });
    } catch (RejectedExecutionException e) {
      // The node is going down; so is this.
      return;
    }
  }

  private static List<LinkReport> links(List<PeerReport> peers) {
    return peers.stream().flatMap(peer -> peer.links().stream()).toList();
  }
}
