package io.limpet.tcp;

import io.limpet.link.MeshAddress;
import io.limpet.link.MeshDatagrams;
import io.limpet.tcp.internal.engine.EngineConfig;
import io.limpet.tcp.internal.engine.TcpEndpoints;
import io.limpet.tcp.internal.netty.DriverMeshTcp;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * TCP between mesh addresses, for Netty applications: use these channel factories instead of a
 * channel class, and {@code InetSocketAddress}es of mesh addresses.
 *
 * <p>Safe for any thread. Channels may be registered on any event loop: on the link's own they talk
 * to their connections directly, on any other by way of bounded queues. A channel may also leave
 * its loop ({@code deregister}) and be registered on another.
 */
public interface MeshTcp extends AutoCloseable {
  /**
   * Puts TCP on a link. One per link.
   *
   * @param defaults what connections and listeners start with, unless options say otherwise
   */
  static MeshTcp over(MeshDatagrams link, TcpConfig defaults) {
    return over(link, defaults, EngineConfig.defaults().bufferBudgetBytes());
  }

  /**
   * Puts TCP on a link, with a budget for the buffers of all its connections together.
   *
   * @param bufferBudgetBytes at least 65,536; the default is 64 MiB. As it runs short buffers stop
   *     growing, then less is offered for new data; no connection is ended for it
   */
  static MeshTcp over(MeshDatagrams link, TcpConfig defaults, long bufferBudgetBytes) {
    SecureRandom random = new SecureRandom();
    byte[] isnSecret = new byte[32];
    random.nextBytes(isnSecret);
    EngineConfig config = EngineConfig.defaults().withBufferBudgetBytes(bufferBudgetBytes);
    return new DriverMeshTcp(
        link, TcpEndpoints.create(link.localAddress(), config, random, isnSecret), defaults);
  }

  /**
   * Returns the link's event loop, where connections live: the shortest way for channels, and the
   * one to take unless their handlers have much to do, since they share it with the link.
   */
  EventLoop eventLoop();

  /** Returns a factory for {@code Bootstrap.channelFactory}. */
  ChannelFactory<? extends SocketChannel> clientChannels();

  /** Returns a factory for {@code ServerBootstrap.channelFactory}. */
  ChannelFactory<? extends ServerSocketChannel> serverChannels();

  /** Returns snapshots of all connections. */
  CompletionStage<List<TcpInfo>> connections();

  /** Returns snapshots of the connections with one peer. */
  CompletionStage<List<TcpInfo>> connections(MeshAddress peer);

  /** Returns what all connections since the start have carried, ended ones included. */
  CompletionStage<TcpTotals> totals();

  /** Adds a listener to what becomes of connections; takes effect on the event loop. */
  void addListener(ConnectionListener listener);

  /** Removes a listener. */
  void removeListener(ConnectionListener listener);

  /** Writes the headers of all segments from now on, to and from all peers, as {@link #traceTo}. */
  default TcpTrace traceTo(Path file) throws IOException {
    return traceTo(file, TraceOptions.defaults());
  }

  /**
   * Writes segments from now on into a pcapng file, for Wireshark and tcpdump: each in an IPv6
   * packet between the mesh addresses, with its headers and, unless options say otherwise, without
   * its data. Blocks only to make the file, which is its owner's alone.
   *
   * <p>A segment is there as the engine met it: an arrived one before it was judged, a sent one
   * when the link had taken it. Without its data a checksum can be seen and not verified.
   *
   * @param file must not exist
   * @throws IOException when the file cannot be made, or exists
   * @throws IllegalStateException when eight traces are being written already
   */
  TcpTrace traceTo(Path file, TraceOptions options) throws IOException;

  /** Aborts all connections, lets go of the link, and ends the traces. */
  @Override
  void close();
}
