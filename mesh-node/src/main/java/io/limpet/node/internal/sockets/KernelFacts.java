package io.limpet.node.internal.sockets;

import io.limpet.link.KernelSocket;
import io.limpet.link.KernelSocket.Timer;
import io.limpet.link.KernelTcpInfo;
import io.limpet.node.internal.doctor.SocketOwners.Owner;
import io.limpet.node.internal.sockets.SocketFacts.Age;
import io.limpet.node.internal.sockets.SocketFacts.Effort;
import io.limpet.node.internal.sockets.SocketFacts.End;
import io.limpet.node.internal.sockets.SocketFacts.Retry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Makes facts of the kernel's sockets. Pure.
 *
 * <p>The kernel does not tell since when a socket is in its state. What it tells bounds it: a state
 * that a segment of the other end began is at least as old as the last of its segments, and at most
 * as old as the last data before it.
 */
final class KernelFacts {
  /** Linux's TCP_TIMEWAIT_LEN; nobody can change it. */
  static final Duration TIME_WAIT = Duration.ofSeconds(60);

  /** RFC 6298, section 2.1: what a SYN or its answer waits for the first time. */
  private static final long FIRST_TIMEOUT_MS = 1_000;

  private static final int MOST_DOUBLINGS = 16;

  private final Function<KernelSocket, Optional<Owner>> owners;
  private final Map<Integer, List<KernelSocket>> listeners = new HashMap<>();

  private KernelFacts(Function<KernelSocket, Optional<Owner>> owners) {
    this.owners = owners;
  }

  /**
   * Returns what is known of each socket, in the same order.
   *
   * @param seenFor for how long each has been seen in its state, zero when it is new
   */
  static List<SocketFacts> of(
      List<KernelSocket> sockets,
      Function<KernelSocket, Optional<Owner>> owners,
      Function<KernelSocket, Duration> seenFor) {
    KernelFacts all = new KernelFacts(owners);
    for (KernelSocket socket : sockets) {
      if (socket.state() == KernelSocket.State.LISTEN) {
        all.listeners
            .computeIfAbsent(socket.local().getPort(), port -> new ArrayList<>())
            .add(socket);
      }
    }
    return sockets.stream().map(socket -> all.facts(socket, seenFor.apply(socket))).toList();
  }

  private SocketFacts facts(KernelSocket socket, Duration seenFor) {
    Optional<KernelSocket> listener =
        socket.inode() == 0 ? listenerOf(socket) : Optional.<KernelSocket>empty();
    KernelSocket whose = listener.orElse(socket);
    Optional<Owner> owner = owners.apply(whose);
    KernelTcpInfo info = socket.info();
    Timer timer = socket.timer();
    Retry retry = retry(socket);
    return new SocketFacts(
        new SocketFacts.Kernel(
            socket, owner.map(Owner::pid).orElse(0L), owner.map(Owner::program).orElse(null)),
        socket.state(),
        End.of(socket.local()),
        End.of(socket.remote()),
        owner.map(Owner::toString).orElseGet(() -> nobodyKnown(whose)),
        socket.inode() != 0,
        listener.isPresent(),
        socket.addressGone(),
        socket.unreadBytes(),
        socket.unacknowledgedBytes(),
        retry,
        age(socket, retry).seenFor(seenFor),
        info == null ? null : Duration.ofMillis(info.lastDataSentMs()),
        info == null ? null : Duration.ofMillis(info.lastDataReceivedMs()),
        timer.kind() == Timer.Kind.TIME_WAIT
                || (timer.kind() == Timer.Kind.KEEPALIVE && isOrphan(socket))
            ? Duration.ofMillis(timer.expiresMs())
            : null);
  }

  /** Of what no program holds the kernel does not keep the user either. */
  private static String nobodyKnown(KernelSocket socket) {
    return socket.inode() == 0 ? "none, the kernel's" : "uid " + socket.userId();
  }

  private static boolean isOrphan(KernelSocket socket) {
    return socket.inode() == 0
        && socket.state() != KernelSocket.State.ESTABLISHED
        && socket.state() != KernelSocket.State.CLOSE_WAIT;
  }

  /** What nobody holds and has not been closed here waits to be accepted from its listener. */
  private Optional<KernelSocket> listenerOf(KernelSocket socket) {
    return switch (socket.state()) {
      case ESTABLISHED, CLOSE_WAIT, SYN_RECEIVED ->
          listeners.getOrDefault(socket.local().getPort(), List.of()).stream()
              .filter(
                  listener ->
                      listener.local().getAddress().isAnyLocalAddress()
                          || listener.local().getAddress().equals(socket.local().getAddress()))
              .findFirst();
      default -> Optional.empty();
    };
  }

  private static Retry retry(KernelSocket socket) {
    Timer timer = socket.timer();
    Duration nextIn = Duration.ofMillis(timer.expiresMs());
    KernelTcpInfo info = socket.info();
    if (timer.kind() == Timer.Kind.RETRANSMISSION && timer.tries() > 0) {
      return new Retry(Effort.SEND, timer.tries(), trying(socket), nextIn);
    }
    if (timer.kind() == Timer.Kind.WINDOW_PROBE && info != null) {
      // Each probe that is answered makes the kernel forget it; that the pauses grow it keeps.
      int probes = Math.max(timer.tries(), info.backoff());
      long ms = info.rtoMs() * ((1L << Math.min(info.backoff(), MOST_DOUBLINGS)) - 1);
      return new Retry(Effort.PROBE_WINDOW, probes, Duration.ofMillis(ms), nextIn);
    }
    return Retry.NONE;
  }

  /** For how long at least it has been trying to send: the timeouts that are over. */
  private static Duration trying(KernelSocket socket) {
    Timer timer = socket.timer();
    KernelTcpInfo info = socket.info();
    if (info == null) {
      return answering(timer);
    }
    int doublings = Math.min(info.backoff(), MOST_DOUBLINGS);
    long firstMs = info.rtoMs() >> doublings;
    // Newer kernels send the first SYNs at the same interval.
    long equal = Math.max(0, timer.tries() - doublings);
    long ms =
        firstMs * ((1L << doublings) - 1)
            + firstMs * equal
            + Math.max(0, info.rtoMs() - timer.expiresMs());
    return Duration.ofMillis(ms);
  }

  /**
   * For how long at least a SYN has been answered. The tries tell nothing of that, for each SYN
   * that is repeated is answered at once; but the pause that is left cannot be longer than a
   * timeout that has been doubled often enough.
   */
  private static Duration answering(Timer timer) {
    long timeoutMs = FIRST_TIMEOUT_MS;
    for (int i = 0; timeoutMs < timer.expiresMs() && i < MOST_DOUBLINGS; i++) {
      timeoutMs *= 2;
    }
    long overMs = timeoutMs - FIRST_TIMEOUT_MS;
    return Duration.ofMillis(overMs + Math.max(0, timeoutMs - timer.expiresMs()));
  }

  private static Age age(KernelSocket socket, Retry retry) {
    KernelTcpInfo info = socket.info();
    return switch (socket.state()) {
      case TIME_WAIT -> exactly(TIME_WAIT.minusMillis(socket.timer().expiresMs()));
      case SYN_SENT, SYN_RECEIVED ->
          socket.timer().kind() == Timer.Kind.RETRANSMISSION
              ? new Age(trying(socket), null)
              : Age.UNKNOWN;
      case ESTABLISHED -> info == null ? Age.UNKNOWN : established(info);
      case CLOSE_WAIT ->
          info == null ? Age.UNKNOWN : between(info.lastAckReceivedMs(), info.lastDataReceivedMs());
      case FIN_WAIT_2 ->
          info == null ? Age.UNKNOWN : between(info.lastAckReceivedMs(), info.lastDataSentMs());
      case FIN_WAIT_1, LAST_ACK, CLOSING -> new Age(retry.sofar(), null);
      case LISTEN, CLOSED -> Age.UNKNOWN;
    };
  }

  /** Whatever was sent or received was so after the handshake. */
  private static Age established(KernelTcpInfo info) {
    long ms =
        Math.max(
            info.lastAckReceivedMs(), Math.max(info.lastDataSentMs(), info.lastDataReceivedMs()));
    return new Age(Duration.ofMillis(ms), null);
  }

  private static Age between(long atLeastMs, long atMostMs) {
    // The kernel's clock ticks in milliseconds: what is equal may differ by one.
    return new Age(Duration.ofMillis(atLeastMs), Duration.ofMillis(Math.max(atLeastMs, atMostMs)));
  }

  private static Age exactly(Duration age) {
    Duration positive = age.isNegative() ? Duration.ZERO : age;
    return new Age(positive, positive);
  }
}
