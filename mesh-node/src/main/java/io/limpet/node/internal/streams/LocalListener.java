package io.limpet.node.internal.streams;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Listens at a port of this machine for its programs. */
final class LocalListener {
  private static final int BACKLOG = 64;

  private LocalListener() {}

  /**
   * Listens until the opening ends.
   *
   * @param opening makes it, given the address and port
   * @param handler makes what each connection needs; nothing is read before it says so
   */
  static CompletionStage<Opening> bind(
      EventLoop loop,
      InetSocketAddress at,
      Function<String, Opening> opening,
      Function<Opening, ChannelHandler> handler) {
    CompletableFuture<Opening> bound = new CompletableFuture<>();
    new ServerBootstrap()
        .group(loop)
        .channel(NioServerSocketChannel.class)
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.AUTO_READ, false)
        .childHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel child) {
                // Nobody connects before it is bound, and this loop says that it is.
                child.pipeline().addLast(handler.apply(bound.join()));
              }
            })
        .bind(at)
        .addListener(
            (ChannelFutureListener)
                done -> {
                  if (done.isSuccess()) {
                    InetSocketAddress where = (InetSocketAddress) done.channel().localAddress();
                    Opening made = opening.apply(Endpoint.text(where));
                    made.add(done.channel());
                    bound.complete(made);
                  } else {
                    bound.completeExceptionally(
                        new IOException(
                            "cannot listen at "
                                + Endpoint.text(at)
                                + ": "
                                + done.cause().getMessage(),
                            done.cause()));
                  }
                });
    return bound;
  }
}
