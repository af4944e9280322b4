package io.limpet.node.internal.journal;

import io.limpet.link.LinkReport;
import io.limpet.link.MeshAddress;
import io.limpet.tcp.TcpInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Chooses what is written of what was measured: only what has changed, and never more than a few
 * lines at a time, so that a crowd does not fill the journal. Knows no clock; confined to one
 * thread.
 */
public final class Sampler {
  /** With a look each five seconds a quarter of a kilobyte each: 17 MB a day at the very most. */
  static final int MOST_LINKS = 4;

  static final int MOST_CONNECTIONS = 4;

  /** A connection's two ends. */
  private record Ends(MeshAddress peer, int localPort, int remotePort) {
    static Ends of(TcpInfo info) {
      return new Ends(info.peer(), info.localPort(), info.remotePort());
    }
  }

  /** A path out. */
  private record Way(MeshAddress peer, String interfaceName, String carrier) {
    static Way of(LinkReport link) {
      return new Way(link.peer(), link.interfaceName(), link.carrier().name());
    }
  }

  /** What was written of a path last, and in which look. */
  private record Written(String state, @Nullable Duration rtt, double loss, long look) {}

  private final Map<Way, Written> written = new HashMap<>();
  private Map<Ends, TcpInfo> before = Map.of();
  private long look;

  /**
   * Returns the paths to write of: those whose figures have changed, the one that waits longest
   * first.
   *
   * @param all all that are known now
   */
  public List<LinkReport> links(List<LinkReport> all) {
    look++;
    Map<Way, LinkReport> out = new HashMap<>();
    for (LinkReport link : all) {
      if (link.outbound() && (link.rtt() != null || !Double.isNaN(link.loss()))) {
        out.put(Way.of(link), link);
      }
    }
    written.keySet().retainAll(out.keySet());
    List<LinkReport> chosen =
        out.entrySet().stream()
            .filter(entry -> isNews(written.get(entry.getKey()), entry.getValue()))
            .sorted(
                Comparator.comparingLong(
                        (Map.Entry<Way, LinkReport> entry) -> lastLook(entry.getKey()))
                    .thenComparing(entry -> entry.getKey().toString()))
            .limit(MOST_LINKS)
            .map(Map.Entry::getValue)
            .toList();
    for (LinkReport link : chosen) {
      written.put(Way.of(link), new Written(link.state(), link.rtt(), link.loss(), look));
    }
    return chosen;
  }

  private long lastLook(Way way) {
    Written last = written.get(way);
    return last == null ? 0 : last.look();
  }

  private static boolean isNews(@Nullable Written last, LinkReport now) {
    return last == null
        || !last.state().equals(now.state())
        || Double.compare(last.loss(), now.loss()) != 0
        || !Objects.equals(last.rtt(), now.rtt());
  }

  /**
   * Returns what connections carried since the look before, those that carried most.
   *
   * @param all all that are open now
   * @param overMs since the look before, at least 1
   */
  public List<Throughput> connections(List<TcpInfo> all, long overMs) {
    List<Throughput> busy = new ArrayList<>();
    Map<Ends, TcpInfo> now = new HashMap<>();
    for (TcpInfo info : all) {
      now.put(Ends.of(info), info);
      Throughput carried = new Throughput(before.get(Ends.of(info)), info, overMs);
      if (carried.bytes() > 0 || carried.retransmitted() > 0) {
        busy.add(carried);
      }
    }
    before = now;
    busy.sort(Comparator.comparingLong(Throughput::bytes).reversed());
    return List.copyOf(busy.subList(0, Math.min(MOST_CONNECTIONS, busy.size())));
  }
}
