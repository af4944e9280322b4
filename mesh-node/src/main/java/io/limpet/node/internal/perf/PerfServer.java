package io.limpet.node.internal.perf;

import io.limpet.link.MeshLink;
import io.limpet.tcp.MeshTcp;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The side that is measured against. */
public final class PerfServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PerfServer.class);

  private final Channel channel;

  private PerfServer(Channel channel) {
    this.channel = channel;
  }

  /** Starts listening at the perf port. */
  public static PerfServer start(MeshLink link, MeshTcp tcp) {
    Channel channel =
        new ServerBootstrap()
            .group(link.eventLoop())
            .channelFactory(tcp.serverChannels())
            .option(ChannelOption.SO_BACKLOG, 64)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel child) {
                    child.pipeline().addLast(new Session());
                  }
                })
            .bind(link.localAddress().at(PerfProtocol.PORT))
            .syncUninterruptibly()
            .channel();
    return new PerfServer(channel);
  }

  @Override
  public void close() {
    channel.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
  }

  private static final class Session extends ChannelInboundHandlerAdapter {
    private byte mode;
    private long bytes;
    private long firstNs;
    private long lastNs;
    private int expected = -1;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf in = (ByteBuf) message;
      if (mode == 0 && in.isReadable()) {
        mode = in.readByte();
        firstNs = ctx.executor().ticker().nanoTime();
      }
      switch (mode) {
        case PerfProtocol.PING -> ctx.write(in);
        case PerfProtocol.BULK -> {
          bytes += in.readableBytes();
          lastNs = ctx.executor().ticker().nanoTime();
          in.release();
        }
        case PerfProtocol.CONNECT -> {
          readMessage(ctx, in);
          in.release();
        }
        default -> {
          in.release();
          ctx.close();
        }
      }
    }

    private void readMessage(ChannelHandlerContext ctx, ByteBuf in) {
      if (expected < 0) {
        if (in.readableBytes() < Integer.BYTES) {
          // The client sends kind and size in one segment; anything else is not our client.
          ctx.close();
          return;
        }
        expected = in.readInt();
        if (expected < 0 || expected > PerfProtocol.MAX_CONNECT_BYTES) {
          ctx.close();
          return;
        }
      }
      bytes += in.readableBytes();
      if (bytes >= expected) {
        ctx.writeAndFlush(ctx.alloc().buffer(1).writeByte(1));
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      ctx.flush();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof ChannelInputShutdownEvent) {
        if (mode == PerfProtocol.BULK) {
          ByteBuf answer = ctx.alloc().buffer(2 * Long.BYTES);
          answer.writeLong(bytes).writeLong(Math.max(1, lastNs - firstNs));
          ctx.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
        } else {
          ctx.close();
        }
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      LOG.debug("a measurement ended early: {}", cause.toString());
      ctx.close();
    }
  }
}
