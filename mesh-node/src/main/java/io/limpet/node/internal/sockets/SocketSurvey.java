package io.limpet.node.internal.sockets;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.link.KernelSocket;
import io.limpet.link.KernelSocket.State;
import io.limpet.node.internal.doctor.SocketOwners;
import io.limpet.node.internal.sockets.SocketFacts.Kernel;
import io.limpet.node.internal.sockets.SocketJudge.Judged;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The sockets of a machine and of the node on it, judged. A value. */
public final class SocketSurvey {
  private final List<Judged> shown;
  private final boolean nodeAnswers;
  private final OptionalLong listenOverflows;

  private SocketSurvey(List<Judged> shown, boolean nodeAnswers, OptionalLong listenOverflows) {
    this.shown = shown;
    this.nodeAnswers = nodeAnswers;
    this.listenOverflows = listenOverflows;
  }

  /**
   * Judges all sockets, and keeps those that are wanted.
   *
   * @param connections what the node answers to {@code connections}; empty when none runs
   * @param netstat text of {@code /proc/net/netstat}, empty when there is none
   * @param patience for how long something may wait
   */
  public static SocketSurvey of(
      List<KernelSocket> sockets,
      SocketOwners owners,
      Sightings sightings,
      Optional<JsonNode> connections,
      String netstat,
      Patience patience,
      SocketFilter filter) {
    List<SocketFacts> facts =
        Stream.concat(
                KernelFacts.of(sockets, owners::of, sightings::seenFor).stream(),
                connections.map(MeshFacts::of).orElse(List.of()).stream())
            .toList();
    return new SocketSurvey(
        SocketJudge.judge(facts, patience).stream().filter(filter::takes).toList(),
        connections.isPresent(),
        ListenCounters.read(netstat, "ListenOverflows"));
  }

  /** Returns those that are wanted. */
  public List<Judged> sockets() {
    return shown;
  }

  /** Says whether a node runs, so that mesh connections would be among them. */
  public boolean nodeAnswers() {
    return nodeAnswers;
  }

  /** Returns how many connections have met a full accept queue; empty when unknown. */
  public OptionalLong listenOverflows() {
    return listenOverflows;
  }

  /** Returns those of the kernel, for whoever does something with them. */
  public List<KernelSocket> ofKernel() {
    return shown.stream()
        .flatMap(
            judged ->
                judged.socket().origin() instanceof Kernel kernel
                    ? Stream.of(kernel.socket())
                    : Stream.empty())
        .toList();
  }

  /** Returns how many are so. */
  public long count(SocketVerdict verdict) {
    return shown.stream().filter(judged -> judged.verdict() == verdict).count();
  }

  /** Returns them by state: what is worst first, else in the order of a connection's life. */
  public Map<State, List<Judged>> byState() {
    Map<State, List<Judged>> groups =
        shown.stream()
            .collect(
                Collectors.groupingBy(
                    judged -> judged.socket().state(),
                    () -> new EnumMap<>(State.class),
                    Collectors.toList()));
    return groups.entrySet().stream()
        .sorted(
            Comparator.comparing((Map.Entry<State, List<Judged>> group) -> worst(group.getValue()))
                .reversed()
                .thenComparing(group -> ORDER.indexOf(group.getKey())))
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                Map.Entry::getValue,
                (one, other) -> one,
                java.util.LinkedHashMap::new));
  }

  private static final List<State> ORDER =
      List.of(
          State.LISTEN,
          State.SYN_SENT,
          State.SYN_RECEIVED,
          State.ESTABLISHED,
          State.CLOSE_WAIT,
          State.FIN_WAIT_1,
          State.FIN_WAIT_2,
          State.CLOSING,
          State.LAST_ACK,
          State.TIME_WAIT,
          State.CLOSED);

  static SocketVerdict worst(List<Judged> sockets) {
    return sockets.stream()
        .map(Judged::verdict)
        .max(Comparator.naturalOrder())
        .orElse(SocketVerdict.NORMAL);
  }
}
