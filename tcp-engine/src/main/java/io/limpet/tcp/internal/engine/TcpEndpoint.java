package io.limpet.tcp.internal.engine;

import io.limpet.link.MeshAddress;
import io.limpet.tcp.TcpConfig;
import io.limpet.tcp.TcpTotals;
import java.nio.ByteBuffer;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * All connections and listeners of one node: demultiplexes, answers what belongs to nobody, and
 * tells its driver what to send and when to come back.
 */
public interface TcpEndpoint {
  /**
   * Listens at a port.
   *
   * @param port 1..65535, or 0 for any free one
   * @param backlog requests that may wait for the application, at least 1; more are refused with a
   *     clear reason
   * @param newestWins whether a peer's new connection replaces its older ones at this port
   * @throws java.net.BindException if the port is taken
   */
  TcpListener listen(int port, int backlog, boolean newestWins, TcpConfig config)
      throws java.net.BindException;

  /**
   * Starts a connection; the SYN goes out with the next {@link #pollTransmit}.
   *
   * @param localPort 1..65535, or 0 for any free one
   * @throws java.net.BindException if the local port is taken, or none is free
   */
  TcpConnection connect(
      long nowNs, MeshAddress peer, int remotePort, int localPort, TcpConfig config)
      throws java.net.BindException;

  /**
   * Takes a segment from an authenticated peer. Never throws on bad input: drops and counts.
   *
   * @param nowNs when it was read from the socket (ingress time), not when it is processed
   */
  void onSegment(long nowNs, MeshAddress from, ByteBuffer segment);

  /** Runs what is due. A spurious call does nothing. */
  void onTimeout(long nowNs);

  /** The peer's epoch rose: its connections are reset at once. */
  void onPeerRestarted(long nowNs, MeshAddress peer);

  /** An outage is over: timers restart and the first unacknowledged segment goes out at once. */
  void onPeerReachable(long nowNs, MeshAddress peer);

  /**
   * What the link says of the size of segments (header, options and payload) to a peer has changed.
   *
   * @param safeBytes what is sent without trying, at least 256
   * @param largestBytes what the interfaces would take, at least as much and at most 65,536: larger
   *     segments than the safe ones are probed for (RFC 8899)
   */
  void onMaxSegmentChanged(MeshAddress peer, int safeBytes, int largestBytes);

  /**
   * Says what may arrive from a peer: the MSS that is told to it (RFC 9293 section 3.7.1). Until
   * then that is the largest size of {@link #onMaxSegmentChanged}.
   */
  void onReceivableChanged(MeshAddress peer, int bytes);

  /**
   * The link has found that segments as large as before do not reach a peer: those that are overdue
   * go out again in smaller pieces, at once.
   */
  void onSegmentsTooLarge(long nowNs, MeshAddress peer);

  /** Offers everything that may be sent now to the sink, until it refuses. */
  void pollTransmit(long nowNs, SegmentSink sink);

  /** Returns when {@link #onTimeout} and {@link #pollTransmit} are next due. */
  long nextDeadlineNs();

  /**
   * Returns the next connection or listener that has something to tell its owner ({@link
   * TcpConnection#pollEvent}, {@link TcpListener#pollRequest}), or null.
   */
  @Nullable Object pollReady();

  /** Returns the live connections, for reports. */
  Collection<? extends TcpConnection> connections();

  /** Returns what all connections have carried since the beginning, ended ones included. */
  TcpTotals totals(long nowNs);

  /** Aborts everything. */
  void close(long nowNs);
}
