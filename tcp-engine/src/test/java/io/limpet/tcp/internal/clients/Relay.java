package io.limpet.tcp.internal.clients;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.net.SocketAddress;

/**
 * Passes each connection on to a server, between the mesh and the kernel's network in either
 * direction, with back-pressure: what one side has not taken is not read from the other. The end of
 * one direction is passed on, too, and leaves the other open.
 */
public final class Relay extends ChannelInitializer<Channel> {

  private final Bootstrap dialler;
  private final SocketAddress server;
  private final ChannelHandler[] onDialled;

  /**
   * Passes on to a server that is reached so.
   *
   * @param onDialled sharable handlers that see first what the server sends
   */
  public Relay(Bootstrap dialler, SocketAddress server, ChannelHandler... onDialled) {
    this.dialler = dialler;
    this.server = server;
    this.onDialled = onDialled.clone();
  }

  @Override
  protected void initChannel(Channel accepted) {
    accepted.config().setAutoRead(false);
    accepted.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    ChannelFuture connecting =
        dialler
            .clone()
            .option(ChannelOption.AUTO_READ, false)
            .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel dialled) {
                    dialled.pipeline().addLast(onDialled);
                    dialled.pipeline().addLast(new To((DuplexChannel) accepted));
                  }
                })
            .connect(server);
    accepted.pipeline().addLast(new To((DuplexChannel) connecting.channel()));
    connecting.addListener(
        connected -> {
          if (connected.isSuccess()) {
            accepted.read();
          } else {
            accepted.close();
          }
        });
  }

  /** Everything that is read goes to the other channel; then, and only then, more is read. */
  private static final class To extends ChannelInboundHandlerAdapter {
    private final DuplexChannel other;
    private ChannelFuture lastWrite;

    To(DuplexChannel other) {
      this.other = other;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      lastWrite = other.newSucceededFuture();
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
      lastWrite = other.writeAndFlush(message);
      lastWrite.addListener(
          written -> {
            if (written.isSuccess()) {
              ctx.read();
            } else {
              ctx.close();
            }
          });
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event == ChannelInputShutdownEvent.INSTANCE) {
        DuplexChannel own = (DuplexChannel) ctx.channel();
        lastWrite.addListener(
            written -> other.shutdownOutput().addListener(shut -> closeIfDone(own)));
      }
    }

    private void closeIfDone(DuplexChannel own) {
      if (own.isInputShutdown() && other.isInputShutdown()) {
        own.close();
        other.close();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      if (other.isActive()) {
        lastWrite.addListener(written -> other.close());
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
