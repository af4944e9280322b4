package io.limpet.node.internal.sockets;

import io.limpet.link.KernelSocket.State;
import io.limpet.node.internal.explain.Times;
import io.limpet.node.internal.sockets.SocketFacts.Effort;
import io.limpet.node.internal.sockets.SocketFacts.End;
import io.limpet.node.internal.sockets.SocketFacts.Retry;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says of sockets whether they are as they should be. Pure: it knows what it is given, and nothing
 * of kernels or clocks.
 */
public final class SocketJudge {
  /** On a lossy radio one retransmission is nothing, and two soon after each other are rare. */
  private static final int TRIES_OF_NOTE = 2;

  /** So many handshakes that are not completed on one port are no accident. */
  static final int PILE = 8;

  /** Linux has 28,232 ports for connections that go out. */
  static final int PORTS_OF_NOTE = 8_000;

  private static final Duration ACCEPTED_BY = Duration.ofSeconds(1);

  private final Patience patience;
  private final Set<End> fullListeners = new HashSet<>();
  private final Map<Door, Pile> halfOpen = new HashMap<>();
  private final Map<Way, Integer> timeWaits = new HashMap<>();

  /** Handshakes on one port. */
  private static final class Pile {
    private final Set<String> from = new HashSet<>();
    private int all;
    private int unanswered;
  }

  private record Way(String from, End to) {}

  /** Where handshakes come to: a flood of one family is no trouble of the other. */
  private record Door(int port, boolean ipv6) {
    static Door of(SocketFacts socket) {
      return new Door(socket.local().port(), socket.remote().host().indexOf(':') >= 0);
    }
  }

  /**
   * What was found of a socket.
   *
   * @param note what is so of this one alone; empty for nothing
   */
  public record Judged(SocketFacts socket, SocketFinding finding, String note) {
    /** Returns how that is to be taken. */
    public SocketVerdict verdict() {
      return finding.verdict();
    }
  }

  private SocketJudge(Patience patience) {
    this.patience = patience;
  }

  /** Judges all sockets of a machine together, for some are a trouble only by their number. */
  static List<Judged> judge(List<SocketFacts> sockets, Patience patience) {
    SocketJudge judge = new SocketJudge(patience);
    sockets.forEach(judge::count);
    return sockets.stream().map(judge::judge).toList();
  }

  private void count(SocketFacts socket) {
    switch (socket.state()) {
      case LISTEN -> {
        if (isFull(socket)) {
          fullListeners.add(socket.local());
        }
      }
      case SYN_RECEIVED -> {
        Pile pile = halfOpen.computeIfAbsent(Door.of(socket), door -> new Pile());
        pile.all++;
        pile.unanswered += socket.retry().tries() > 0 ? 1 : 0;
        pile.from.add(socket.remote().host());
      }
      case TIME_WAIT ->
          timeWaits.merge(new Way(socket.local().host(), socket.remote()), 1, Integer::sum);
      default -> {}
    }
  }

  private Judged judge(SocketFacts socket) {
    SocketFinding finding = finding(socket);
    if (socket.origin() instanceof SocketFacts.Mesh) {
      finding = onMesh(finding);
    }
    return new Judged(socket, finding, note(socket, finding));
  }

  /** How long something is tried, and what is to be done, is not as it is in the kernel. */
  private static SocketFinding onMesh(SocketFinding ofKernel) {
    return switch (ofKernel) {
      case UNANSWERED -> SocketFinding.MESH_UNANSWERED;
      case CONNECT_UNANSWERED -> SocketFinding.MESH_CONNECT_UNANSWERED;
      default -> ofKernel;
    };
  }

  private SocketFinding finding(SocketFacts socket) {
    boolean connection =
        switch (socket.state()) {
          case LISTEN, CLOSED, TIME_WAIT -> false;
          default -> true;
        };
    if (connection && socket.addressGone()) {
      return SocketFinding.STRANDED;
    }
    return switch (socket.state()) {
      case LISTEN -> listener(socket);
      case SYN_RECEIVED -> halfOpen(socket);
      case SYN_SENT -> connecting(socket.retry());
      case ESTABLISHED -> established(socket);
      case CLOSE_WAIT -> closeWait(socket);
      case FIN_WAIT_2 -> finWait2(socket);
      case FIN_WAIT_1, CLOSING, LAST_ACK -> closing(socket);
      case TIME_WAIT ->
          timeWaits.getOrDefault(new Way(socket.local().host(), socket.remote()), 0)
                  >= PORTS_OF_NOTE
              ? SocketFinding.TIME_WAIT_EXHAUSTS_PORTS
              : SocketFinding.IN_ORDER;
      case CLOSED -> SocketFinding.IN_ORDER;
    };
  }

  /** The kernel lets one more wait than it was told. */
  private static boolean isFull(SocketFacts listener) {
    return listener.unreadBytes() > listener.unacknowledgedBytes();
  }

  private static SocketFinding listener(SocketFacts socket) {
    if (isFull(socket)) {
      return SocketFinding.ACCEPT_QUEUE_FULL;
    }
    if (socket.addressGone()) {
      return SocketFinding.LISTENS_NOWHERE;
    }
    return socket.unreadBytes() > 1 && socket.unreadBytes() * 2 > socket.unacknowledgedBytes()
        ? SocketFinding.ACCEPT_QUEUE_FILLING
        : SocketFinding.IN_ORDER;
  }

  private SocketFinding halfOpen(SocketFacts socket) {
    int port = socket.local().port();
    boolean full =
        fullListeners.stream()
            .anyMatch(listener -> listener.port() == port && covers(listener, socket.local()));
    if (full) {
      return SocketFinding.HALF_OPEN_QUEUE_FULL;
    }
    Pile pile = halfOpen.get(Door.of(socket));
    if (pile != null && pile.all >= PILE && pile.unanswered > 0) {
      return SocketFinding.HALF_OPEN_PILE;
    }
    return socket.retry().tries() > 0 ? SocketFinding.HALF_OPEN_UNANSWERED : SocketFinding.IN_ORDER;
  }

  private static boolean covers(End listener, End local) {
    return listener.host().equals(local.host())
        || listener.host().equals("0.0.0.0")
        || listener.host().equals("::");
  }

  private SocketFinding connecting(Retry retry) {
    if (retry.tries() == 0) {
      return SocketFinding.IN_ORDER;
    }
    return retry.sofar().compareTo(patience.some()) >= 0
        ? SocketFinding.CONNECT_UNANSWERED
        : SocketFinding.CONNECT_RETRIED;
  }

  /** What may be the matter with what is being sent; else what else was found. */
  private SocketFinding sending(Retry retry, SocketFinding otherwise) {
    boolean some = retry.sofar().compareTo(patience.some()) >= 0;
    return switch (retry.effort()) {
      case NOTHING -> otherwise;
      case SEND -> {
        if (retry.tries() < TRIES_OF_NOTE) {
          yield otherwise;
        }
        yield some ? SocketFinding.UNANSWERED : SocketFinding.RETRYING;
      }
      case PROBE_WINDOW -> {
        if (retry.tries() == 0) {
          yield otherwise;
        }
        yield retry.sofar().compareTo(patience.most()) >= 0
            ? SocketFinding.WINDOW_STUCK
            : SocketFinding.WINDOW_CLOSED;
      }
    };
  }

  private SocketFinding established(SocketFacts socket) {
    SocketFinding otherwise = SocketFinding.IN_ORDER;
    if (socket.awaitsAccept()) {
      otherwise =
          socket.age().isAtLeast(ACCEPTED_BY) ? SocketFinding.NOT_ACCEPTED : SocketFinding.IN_ORDER;
    } else if (socket.unreadBytes() > 0
        && socket.receivedAgo() != null
        && socket.receivedAgo().compareTo(patience.most()) >= 0) {
      otherwise = SocketFinding.NOT_READ;
    }
    return sending(socket.retry(), otherwise);
  }

  private SocketFinding closeWait(SocketFacts socket) {
    SocketFinding otherwise = SocketFinding.IN_ORDER;
    if (socket.awaitsAccept()) {
      otherwise = SocketFinding.CLOSED_BEFORE_ACCEPTED;
    } else if (!isRecent(socket.sentAgo())) {
      otherwise = byAge(socket, SocketFinding.CLOSE_AWAITED, SocketFinding.CLOSE_FORGOTTEN);
    }
    return sending(socket.retry(), otherwise);
  }

  private SocketFinding finWait2(SocketFacts socket) {
    // What no program holds the kernel ends; what still receives is open in one direction.
    return !socket.held() || isRecent(socket.receivedAgo())
        ? SocketFinding.IN_ORDER
        : byAge(socket, SocketFinding.FIN_AWAITED, SocketFinding.FIN_MISSING);
  }

  /** Of what no program holds the kernel tries less, and nobody is told what becomes of it. */
  private SocketFinding closing(SocketFacts socket) {
    SocketFinding finding = sending(socket.retry(), SocketFinding.IN_ORDER);
    if (socket.held()) {
      return finding;
    }
    return switch (finding) {
      case UNANSWERED -> SocketFinding.FIN_UNANSWERED;
      case WINDOW_CLOSED, WINDOW_STUCK -> SocketFinding.FIN_BLOCKED;
      default -> finding;
    };
  }

  /** Whether data went lately in the direction that is still open. */
  private boolean isRecent(@Nullable Duration ago) {
    return ago != null && ago.compareTo(patience.some()) < 0;
  }

  private SocketFinding byAge(
      SocketFacts socket, SocketFinding afterSomeTime, SocketFinding afterLong) {
    if (socket.age().isAtLeast(patience.most())) {
      return afterLong;
    }
    return socket.age().isAtLeast(patience.some()) ? afterSomeTime : SocketFinding.IN_ORDER;
  }

  private String note(SocketFacts socket, SocketFinding finding) {
    Retry retry = socket.retry();
    if (socket.state() == State.LISTEN) {
      return ""; // the queue has a column of its own
    }
    if (finding == SocketFinding.HALF_OPEN_PILE) {
      return pile(Door.of(socket));
    }
    if (retry.effort() == Effort.SEND) {
      return "sent again "
          + times(retry.tries())
          + " in "
          + Times.span(retry.sofar())
          + " or more"
          + next(retry)
          + waiting(socket);
    }
    if (retry.effort() == Effort.PROBE_WINDOW && retry.tries() > 0) {
      return "window closed for "
          + Times.span(retry.sofar())
          + " or more, asked "
          + times(retry.tries())
          + next(retry)
          + waiting(socket);
    }
    return unread(socket);
  }

  /** The kernel counts the end of the stream as a byte. */
  private static String unread(SocketFacts socket) {
    boolean ended =
        socket.state() == State.CLOSE_WAIT && socket.origin() instanceof SocketFacts.Kernel;
    if (ended && socket.unreadBytes() <= 1) {
      return socket.unreadBytes() == 0
          ? "its program has read the end of the stream"
          : "its program has not read the end of the stream";
    }
    long bytes = socket.unreadBytes() - (ended ? 1 : 0);
    return bytes == 0 ? "" : bytes + " bytes wait to be read";
  }

  private String pile(Door door) {
    Pile pile = halfOpen.getOrDefault(door, new Pile());
    return "one of "
        + pile.all
        + " on port "
        + door.port()
        + (pile.from.size() == 1
            ? ", all from " + pile.from.iterator().next()
            : ", from " + pile.from.size() + " addresses");
  }

  private static String times(int count) {
    return count == 1 ? "once" : count + " times";
  }

  private static String next(Retry retry) {
    return retry.nextIn() == null ? "" : ", next try in " + Times.span(retry.nextIn());
  }

  /** Of what waits in other states one is the SYN or the FIN. */
  private static String waiting(SocketFacts socket) {
    boolean open = socket.state() == State.ESTABLISHED || socket.state() == State.CLOSE_WAIT;
    long bytes = socket.unacknowledgedBytes() - (open ? 0 : 1);
    return bytes <= 0 ? "" : ", " + bytes + " bytes wait";
  }
}
