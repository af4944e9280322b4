package io.limpet.node.internal.sockets;

import io.limpet.link.Bytes;
import io.limpet.link.KernelSocket;
import io.limpet.link.KernelSocket.State;
import io.limpet.link.KernelSocket.Timer;
import io.limpet.link.KernelTcpInfo;
import io.limpet.node.internal.sockets.SocketFacts.Age;
import io.limpet.node.internal.sockets.SocketFacts.Effort;
import io.limpet.node.internal.sockets.SocketFacts.End;
import io.limpet.node.internal.sockets.SocketFacts.Retry;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Sockets that no kernel has; each method changes one thing of what began as in order. */
final class Facts {
  static final Timer NO_TIMER = new Timer(Timer.Kind.NONE, 0, 0);

  private final State state;
  private End local = new End("10.0.0.1", 5000);
  private End remote = new End("10.0.0.2", 40_000);
  private boolean held = true;
  private boolean awaitsAccept;
  private boolean addressGone;
  private long unread;
  private long unacknowledged;
  private Retry retry = Retry.NONE;
  private Age age = Age.UNKNOWN;
  private @Nullable Duration sentAgo;
  private @Nullable Duration receivedAgo;

  private Facts(State state) {
    this.state = state;
  }

  static Facts in(State state) {
    return new Facts(state);
  }

  Facts local(String host, int port) {
    local = new End(host, port);
    return this;
  }

  Facts remote(String host, int port) {
    remote = new End(host, port);
    return this;
  }

  Facts orphan() {
    held = false;
    return this;
  }

  Facts notAccepted() {
    held = false;
    awaitsAccept = true;
    return this;
  }

  Facts addressGone() {
    addressGone = true;
    return this;
  }

  Facts queues(long unreadBytes, long unacknowledgedBytes) {
    unread = unreadBytes;
    unacknowledged = unacknowledgedBytes;
    return this;
  }

  Facts tried(int times, long seconds) {
    retry = new Retry(Effort.SEND, times, Duration.ofSeconds(seconds), Duration.ofSeconds(3));
    return this;
  }

  Facts probed(int times, long seconds) {
    retry = new Retry(Effort.PROBE_WINDOW, times, Duration.ofSeconds(seconds), null);
    return this;
  }

  Facts age(long seconds) {
    age = new Age(Duration.ofSeconds(seconds), null);
    return this;
  }

  Facts sentAgo(long seconds) {
    sentAgo = Duration.ofSeconds(seconds);
    return this;
  }

  Facts receivedAgo(long seconds) {
    receivedAgo = Duration.ofSeconds(seconds);
    return this;
  }

  SocketFacts get() {
    KernelSocket kernel = kernel(state, 0, NO_TIMER, null);
    return new SocketFacts(
        new SocketFacts.Kernel(kernel, 12, "sshd"),
        state,
        local,
        remote,
        "sshd (12)",
        held,
        awaitsAccept,
        addressGone,
        unread,
        unacknowledged,
        retry,
        age,
        sentAgo,
        receivedAgo,
        null);
  }

  /** As the kernel gives them, between 10.0.0.1:5000 and 10.0.0.2:40000. */
  static KernelSocket kernel(State state, long inode, Timer timer, @Nullable KernelTcpInfo info) {
    return kernel(state, "10.0.0.1", inode, timer, info);
  }

  static KernelSocket kernel(
      State state, String local, long inode, Timer timer, @Nullable KernelTcpInfo info) {
    return new KernelSocket(
        state,
        new InetSocketAddress(local, 5000),
        new InetSocketAddress("10.0.0.2", 40_000),
        0,
        0,
        1000,
        inode,
        false,
        timer,
        info,
        Bytes.of(ByteBuffer.allocate(8).putLong(inode).array()));
  }

  /** What a connection tells whose data and segments are so many seconds old. */
  static KernelTcpInfo info(int backoff, long rtoMs, long sent, long received, long heard) {
    return new KernelTcpInfo(
        backoff, rtoMs, 1_000, sent * 1_000, received * 1_000, heard * 1_000, 0, 0, 0);
  }
}
