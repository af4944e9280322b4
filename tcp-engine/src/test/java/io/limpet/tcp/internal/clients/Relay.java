package io.limpet.tcp.internal.clients;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;

/**
 * Passes connections of the mesh on to a server of the kernel's network, with back-pressure: what
 * one side has not taken is not read from the other.
 */
final class Relay extends ChannelInitializer<Channel> {

  private final InetSocketAddress server;
  private final EventLoopGroup threads;

  Relay(InetSocketAddress server, EventLoopGroup threads) {
    this.server = server;
    this.threads = threads;
  }

  @Override
  protected void initChannel(Channel fromMesh) {
    fromMesh.config().setAutoRead(false);
    ChannelFuture connecting =
        new Bootstrap()
            .group(threads)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.AUTO_READ, false)
            .handler(new To(fromMesh))
            .connect(server);
    fromMesh.pipeline().addLast(new To(connecting.channel()));
    connecting.addListener(
        connected -> {
          if (connected.isSuccess()) {
            fromMesh.read();
          } else {
            fromMesh.close();
          }
        });
  }

  /** Everything that is read goes to the other channel; then, and only then, more is read. */
  private static final class To extends ChannelInboundHandlerAdapter {
    private final Channel other;

    To(Channel other) {
      this.other = other;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      if (ctx.channel().parent() == null) {
        ctx.read();
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (!other.isActive()) {
        ReferenceCountUtil.release(message);
        return;
      }
      other
          .writeAndFlush(message)
          .addListener(
              written -> {
                if (written.isSuccess()) {
                  ctx.read();
                } else {
                  ctx.close();
                }
              });
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      if (other.isActive()) {
        other.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
