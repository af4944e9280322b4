package io.limpet.node.internal.perf;

import io.limpet.link.MeshAddress;
import io.limpet.link.MeshLink;
import io.limpet.link.PathState;
import io.limpet.link.PeerReport;
import io.limpet.tcp.MeshTcp;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;

/** Opens mesh connections to one peer. */
public final class MeshDialer implements Dialer {
  private final MeshLink link;
  private final MeshTcp tcp;
  private final MeshAddress peer;

  /** Opens connections to a peer that runs with {@code --perf}. */
  public MeshDialer(MeshLink link, MeshTcp tcp, MeshAddress peer) {
    this.link = link;
    this.tcp = tcp;
    this.peer = peer;
  }

  @Override
  public EventLoop eventLoop() {
    return link.eventLoop();
  }

  @Override
  public void open(ChannelHandler handler, int timeoutMs, CompletableFuture<?> failed) {
    Dialer.connect(
        new Bootstrap()
            .group(link.eventLoop())
            .channelFactory(tcp.clientChannels())
            .option(ChannelOption.TCP_FASTOPEN_CONNECT, true),
        peer.at(PerfProtocol.PORT),
        handler,
        timeoutMs,
        failed);
  }

  @Override
  public CompletableFuture<String> carrier() {
    return link.peer(peer)
        .thenApply(report -> report.map(PeerReport::path).map(MeshDialer::word).orElse("none"))
        .toCompletableFuture();
  }

  /** Returns the word that scripts see for a path. */
  public static String word(PathState path) {
    return switch (path) {
      case UNICAST -> "unicast";
      case MULTICAST -> "multicast";
      case UNKNOWN, SUSPECT -> "both";
      case SILENT -> "none";
    };
  }
}
