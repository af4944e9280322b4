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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The side that is measured against. */
public final class PerfServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PerfServer.class);

  private static final int BACKLOG = 1024;

  private final Channel channel;

  private PerfServer(Channel channel) {
    this.channel = channel;
  }

  /**
   * Starts listening at the perf port.
   *
   * @param log takes note of what is received
   */
  public static PerfServer start(MeshLink link, MeshTcp tcp, PerfLog log) {
    Channel channel =
        new ServerBootstrap()
            .group(link.eventLoop())
            .channelFactory(tcp.serverChannels())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childHandler(sessions(log))
            .bind(link.localAddress().at(PerfProtocol.PORT))
            .syncUninterruptibly()
            .channel();
    return new PerfServer(channel);
  }

  /** Returns what each accepted connection needs, whatever kind of channel it is. */
  public static ChannelInitializer<Channel> sessions(PerfLog log) {
    return new ChannelInitializer<>() {
      @Override
      public boolean isSharable() {
        return true;
      }

      @Override
      protected void initChannel(Channel child) {
        child.pipeline().addLast(new Session(log));
      }
    };
  }

  @Override
  public void close() {
    channel.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
  }

  private static final class Session extends ChannelInboundHandlerAdapter {
    private final PerfLog log;
    private byte mode;
    private PerfLog.@Nullable Recorder recorder;
    private StreamLog.@Nullable Recorder stream;
    private long bytes;
    private int expected = -1;

    Session(PerfLog log) {
      this.log = log;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf in = (ByteBuf) message;
      long nowNs = System.nanoTime(); // the clock that all processes of a machine share
      if (mode == 0 && in.isReadable()) {
        begin(ctx, in.readByte(), nowNs);
      }
      PerfLog.Recorder noting = recorder;
      if (noting != null) {
        noting.add(nowNs, in.readableBytes());
      }
      switch (mode) {
        case PerfProtocol.PING -> ctx.write(in);
        case PerfProtocol.BULK, PerfProtocol.HOLD -> in.release();
        case PerfProtocol.STREAM -> readStream(ctx, in, nowNs);
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

    private void begin(ChannelHandlerContext ctx, byte chosen, long nowNs) {
      mode = chosen;
      switch (mode) {
        case PerfProtocol.PING -> recorder = log.begin("ping", nowNs);
        case PerfProtocol.BULK -> recorder = log.begin("bulk", nowNs);
        case PerfProtocol.STREAM -> stream = log.streams().begin();
        case PerfProtocol.HOLD -> ctx.writeAndFlush(ctx.alloc().buffer(1).writeByte(1));
        default -> {}
      }
    }

    private void readStream(ChannelHandlerContext ctx, ByteBuf in, long nowNs) {
      StreamLog.Recorder noting = stream;
      if (noting == null || !noting.add(in, nowNs)) {
        ctx.close();
      }
      in.release();
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
        if (stream != null) {
          stream.end();
        }
        PerfLog.Recorder noted = recorder;
        if (mode == PerfProtocol.BULK && noted != null) {
          ByteBuf answer = ctx.alloc().buffer(2 * Long.BYTES);
          answer.writeLong(noted.bytes()).writeLong(noted.durationNs());
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
