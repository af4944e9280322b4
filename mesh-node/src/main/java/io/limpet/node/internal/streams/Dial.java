package io.limpet.node.internal.streams;

import io.limpet.link.MeshAddress;
import io.limpet.tcp.CloseReason;
import io.limpet.tcp.MeshChannelOption;
import io.limpet.tcp.MeshConnectException;
import io.limpet.tcp.MeshTcp;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Opens streams to what peers expose. */
final class Dial {
  private static final int CONNECT_MS = 20_000;

  /** The connection may be there, and the program behind it slow to be reached. */
  private static final int ANSWER_MS = 30_000;

  /** A peer that vanished is noticed though nobody writes. */
  static final Duration KEEP_ALIVE = Duration.ofSeconds(60);

  private final MeshTcp tcp;

  Dial(MeshTcp tcp) {
    this.tcp = tcp;
  }

  /** Opens a stream; the loop is the channel's. Fails with a {@link StreamRefusedException}. */
  Future<DuplexChannel> open(EventLoop loop, MeshAddress peer, String service) {
    Promise<DuplexChannel> opened = loop.newPromise();
    Channel channel =
        new Bootstrap()
            .group(loop)
            .channelFactory(tcp.clientChannels())
            .option(ChannelOption.TCP_FASTOPEN_CONNECT, true)
            .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(MeshChannelOption.KEEP_ALIVE_TIME, KEEP_ALIVE)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MS)
            .handler(new Answer(service, opened))
            .connect(peer.at(StreamProtocol.PORT))
            .addListener(
                connected -> {
                  if (!connected.isSuccess()) {
                    opened.tryFailure(refusal(connected.cause(), service));
                  }
                })
            .channel();
    Future<?> deadline =
        loop.schedule(
            () -> {
              opened.tryFailure(StreamRefusedException.of(Refusal.PEER_SILENT, service));
            },
            ANSWER_MS,
            TimeUnit.MILLISECONDS);
    opened.addListener(
        done -> {
          deadline.cancel(false);
          if (!done.isSuccess()) {
            channel.close();
          }
        });
    return opened;
  }

  private static StreamRefusedException refusal(Throwable cause, String service) {
    if (cause instanceof MeshConnectException mesh) {
      if (mesh.reason() instanceof CloseReason.PortClosed) {
        return StreamRefusedException.of(Refusal.NOT_EXPOSED, service);
      }
      if (mesh.reason() instanceof CloseReason.BacklogFull) {
        return StreamRefusedException.of(Refusal.BUSY, service);
      }
      return new StreamRefusedException(Refusal.PEER_SILENT, mesh.reason().describe());
    }
    return StreamRefusedException.of(Refusal.PEER_SILENT, service);
  }
}
