package io.limpet.node.internal.sockets;

import io.limpet.link.KernelSocket;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one socket at one moment, whoever keeps it. A value.
 *
 * @param origin where it comes from
 * @param state by its RFC 9293 name
 * @param local its own end
 * @param remote the other end
 * @param holder whose it is; a connection that waits to be accepted is its listener's
 * @param held whether a program holds it; if not, the kernel ends it by itself, or it waits to be
 *     accepted
 * @param awaitsAccept whether it waits to be accepted
 * @param addressGone whether this machine no longer has its local address
 * @param unreadBytes received and not read by the program; of a listener, connections not accepted
 * @param unacknowledgedBytes written and not acknowledged; of a listener, the most connections that
 *     may wait, less one
 * @param retry what is tried again
 * @param age how long it has been in its state
 * @param sentAgo since data was last sent, null when unknown
 * @param receivedAgo since data was last received, null when unknown
 * @param endsIn when the kernel ends it, null when it does not, or not yet
 */
public record SocketFacts(
    Origin origin,
    KernelSocket.State state,
    End local,
    End remote,
    String holder,
    boolean held,
    boolean awaitsAccept,
    boolean addressGone,
    long unreadBytes,
    long unacknowledgedBytes,
    Retry retry,
    Age age,
    @Nullable Duration sentAgo,
    @Nullable Duration receivedAgo,
    @Nullable Duration endsIn) {

  /** Where a socket comes from. */
  public sealed interface Origin {}

  /**
   * This machine's kernel.
   *
   * @param pid the process that holds it or its listener, 0 when unknown
   * @param program its name, null when unknown
   */
  public record Kernel(KernelSocket socket, long pid, @Nullable String program) implements Origin {}

  /**
   * The running node.
   *
   * @param peer the other's mesh address
   * @param rttMs 0 when unknown
   * @param retransmitted segments since it began
   */
  public record Mesh(String peer, double rttMs, double rtoMs, long retransmitted)
      implements Origin {}

  /**
   * An end of a connection.
   *
   * @param host an address, or a person's name
   */
  public record End(String host, int port) {
    private static final Pattern ZEROS = Pattern.compile("(?<![0-9a-f])0(:0)+(?![0-9a-f])");

    /** An address as RFC 5952, section 4.2 shortens it. */
    public static End of(InetSocketAddress address) {
      String ip = address.getAddress().getHostAddress();
      // The longest run of zeros, and among equals the first.
      Optional<MatchResult> zeros =
          address.getAddress() instanceof Inet6Address
              ? ZEROS
                  .matcher(ip)
                  .results()
                  .reduce((one, next) -> next.group().length() > one.group().length() ? next : one)
              : Optional.empty();
      String text =
          zeros
              .map(
                  run ->
                      ip.substring(0, Math.max(0, run.start() - 1))
                          + "::"
                          + ip.substring(run.end()).replaceFirst("^:", ""))
              .orElse(ip);
      return new End(text, address.getPort());
    }

    @Override
    public String toString() {
      return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + (port == 0 ? "*" : port);
    }
  }

  /** What is being tried again. */
  public enum Effort {
    NOTHING,
    /** Data, a SYN or a FIN that nobody acknowledged. */
    SEND,
    /** To ask whether the other end's window is open again. */
    PROBE_WINDOW
  }

  /**
   * What is tried again.
   *
   * @param tries how often in vain
   * @param sofar for how long at least, since the first time
   * @param nextIn when next, null when unknown
   */
  public record Retry(Effort effort, int tries, Duration sofar, @Nullable Duration nextIn) {
    static final Retry NONE = new Retry(Effort.NOTHING, 0, Duration.ZERO, null);
  }

  /**
   * For how long something has been so, as far as that is known.
   *
   * @param atLeast null when nothing is known
   * @param atMost null when nothing is known; equal to the other when it is known exactly
   */
  public record Age(@Nullable Duration atLeast, @Nullable Duration atMost) {
    static final Age UNKNOWN = new Age(null, null);

    /** Returns what is known when it has been seen to be so for a time, too. */
    Age seenFor(Duration seen) {
      if (seen.isZero() || (atLeast != null && atLeast.compareTo(seen) >= 0)) {
        return this;
      }
      return new Age(seen, atMost == null || atMost.compareTo(seen) >= 0 ? atMost : seen);
    }

    boolean isAtLeast(Duration limit) {
      return atLeast != null && atLeast.compareTo(limit) >= 0;
    }
  }

  /** Since data last went either way, when that is known. */
  public Optional<Duration> idle() {
    if (sentAgo == null || receivedAgo == null) {
      return Optional.ofNullable(sentAgo == null ? receivedAgo : sentAgo);
    }
    return Optional.of(sentAgo.compareTo(receivedAgo) < 0 ? sentAgo : receivedAgo);
  }
}
