package io.limpet.rig.internal.bench.peer;

import io.limpet.node.internal.perf.PerfClient;
import io.limpet.node.internal.perf.PingPlan;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Datagrams there and back, with no protocol that could repair or delay anything: the floor that
 * every other round trip stands on.
 */
final class UdpEcho {
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());

  /** Sends back what comes. */
  void listen(InetSocketAddress local) {
    bind(
        local,
        new SimpleChannelInboundHandler<DatagramPacket>() {
          @Override
          protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket in) {
            ctx.write(new DatagramPacket(in.content().retain(), in.sender()));
          }

          @Override
          public void channelReadComplete(ChannelHandlerContext ctx) {
            ctx.flush();
          }
        });
  }

  /** Sends a series and times what comes back. */
  CompletableFuture<PerfClient.Ping> ping(InetSocketAddress remote, PingPlan plan) {
    Series series = new Series(plan, remote);
    Channel socket = bind(new InetSocketAddress(0), series);
    series.done.whenComplete((ping, failure) -> socket.close());
    return series.done;
  }

  private Channel bind(
      InetSocketAddress local, SimpleChannelInboundHandler<DatagramPacket> handler) {
    return new Bootstrap()
        .group(group)
        .channel(EpollDatagramChannel.class)
        .handler(handler)
        .bind(local)
        .syncUninterruptibly()
        .channel();
  }

  private static final class Series extends SimpleChannelInboundHandler<DatagramPacket> {
    private final PingPlan plan;
    private final InetSocketAddress remote;
    private final long[] dueNs;
    private final long[] rttNs;
    private final CompletableFuture<PerfClient.Ping> done = new CompletableFuture<>();
    private int sent;
    private int received;

    Series(PingPlan plan, InetSocketAddress remote) {
      this.plan = plan;
      this.remote = remote;
      this.dueNs = new long[plan.count()];
      this.rttNs = new long[plan.count()];
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      send(ctx, ctx.executor().ticker().nanoTime());
    }

    private void send(ChannelHandlerContext ctx, long nowDueNs) {
      int number = sent++;
      dueNs[number] = nowDueNs;
      int padding = Math.max(0, plan.messageBytes() - Integer.BYTES);
      ByteBuf message = ctx.alloc().directBuffer(Integer.BYTES + padding);
      message.writeInt(number).writeZero(padding);
      ctx.writeAndFlush(new DatagramPacket(message, remote));
      EventLoop loop = ctx.channel().eventLoop();
      if (sent < plan.count()) {
        long nextNs = nowDueNs + plan.intervalNs();
        long inNs = Math.max(0, nextNs - loop.ticker().nanoTime());
        loop.schedule(() -> send(ctx, nextNs), inNs, TimeUnit.NANOSECONDS);
      } else {
        loop.schedule(this::finish, plan.drainNs(), TimeUnit.NANOSECONDS);
      }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket in) {
      if (in.content().readableBytes() < Integer.BYTES) {
        return;
      }
      int number = in.content().readInt();
      if (number < 0 || number >= sent || rttNs[number] != 0) {
        return;
      }
      rttNs[number] = Math.max(1, ctx.executor().ticker().nanoTime() - dueNs[number]);
      received++;
      if (received == plan.count()) {
        finish();
      }
    }

    private void finish() {
      long[] times = Arrays.stream(rttNs).filter(time -> time > 0).toArray();
      done.complete(PerfClient.Ping.of(plan, sent, times));
    }
  }
}
