package io.limpet.node.internal.perf;

import io.limpet.link.MeshAddress;
import io.limpet.link.MeshLink;
import io.limpet.link.PathState;
import io.limpet.link.PeerReport;
import io.limpet.tcp.MeshTcp;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The side that measures. Safe for any thread; the work is done on the link's event loop. */
public final class PerfClient {
  private static final int CONNECT_TIMEOUT_MS = 30_000;

  private final MeshLink link;
  private final MeshTcp tcp;

  /** Measures over this link. */
  public PerfClient(MeshLink link, MeshTcp tcp) {
    this.link = link;
    this.tcp = tcp;
  }

  /**
   * What a bulk transfer reached.
   *
   * @param bytes received by the peer's application
   * @param seconds between the first and the last of them
   * @param goodputBitsPerSecond the one by the other
   * @param carrier how the peer was reached at the end
   */
  public record Bulk(long bytes, double seconds, long goodputBitsPerSecond, String carrier) {}

  /**
   * What round trips on one open connection took.
   *
   * @param sent messages sent
   * @param received echoes that came back
   * @param rttMs how long they took
   */
  public record Ping(int sent, int received, Distribution rttMs) {}

  /**
   * What fresh connections took, from the call to the peer application's acknowledgement.
   *
   * @param attempted connections tried
   * @param succeeded those that were acknowledged
   * @param ms how long they took
   */
  public record Connect(int attempted, int succeeded, Distribution ms) {}

  /** Sends as fast as the path takes for so many seconds. */
  public CompletionStage<Bulk> bulk(MeshAddress peer, int seconds) {
    CompletableFuture<BulkSender.Result> done = new CompletableFuture<>();
    open(peer, new BulkSender(seconds * 1_000_000_000L, done), done);
    return done.thenCombine(
        link.peer(peer),
        (result, report) ->
            new Bulk(
                result.bytes(),
                result.nanos() / 1e9,
                Math.round(result.bytes() * 8e9 / result.nanos()),
                carrier(report)));
  }

  /** Sends a message of so many bytes each interval, on one open connection. */
  public CompletionStage<Ping> ping(MeshAddress peer, int count, int bytes, long intervalNs) {
    CompletableFuture<Ping> done = new CompletableFuture<>();
    open(peer, new PingSender(count, bytes, intervalNs, done), done);
    return done;
  }

  /** Opens connections one after the other, each with so many bytes and their acknowledgement. */
  public CompletionStage<Connect> connect(MeshAddress peer, int count, int bytes) {
    CompletableFuture<Connect> done = new CompletableFuture<>();
    new ConnectSeries(this, peer, count, bytes, done).next();
    return done;
  }

  void open(MeshAddress peer, ChannelHandler handler, CompletableFuture<?> done) {
    new Bootstrap()
        .group(link.eventLoop())
        .channelFactory(tcp.clientChannels())
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.TCP_FASTOPEN_CONNECT, true)
        .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS)
        .handler(handler)
        .connect(peer.at(PerfProtocol.PORT))
        .addListener(
            connected -> {
              if (!connected.isSuccess()) {
                done.completeExceptionally(connected.cause());
              }
            });
  }

  long nowNs() {
    return link.eventLoop().ticker().nanoTime();
  }

  private static String carrier(Optional<PeerReport> report) {
    return report.map(PeerReport::path).map(PerfClient::word).orElse("none");
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
