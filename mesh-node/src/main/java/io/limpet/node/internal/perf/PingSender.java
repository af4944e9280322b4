package io.limpet.node.internal.perf;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Sends messages at a steady pace and times their echoes. */
final class PingSender extends ChannelInboundHandlerAdapter {
  private final PingPlan plan;
  private final int messageBytes;
  private final CompletableFuture<PerfClient.Ping> done;
  private final long[] dueNs;
  private final long[] rttNs;
  private int sent;
  private int received;
  private int partialBytes;

  PingSender(PingPlan plan, CompletableFuture<PerfClient.Ping> done) {
    this.plan = plan;
    this.messageBytes = plan.messageBytes();
    this.done = done;
    this.dueNs = new long[plan.count()];
    this.rttNs = new long[plan.count()];
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    ctx.write(ctx.alloc().buffer(1).writeByte(PerfProtocol.PING));
    send(ctx, ctx.executor().ticker().nanoTime());
  }

  // Timed from when it was due: a sender that is held up would otherwise hide its own delay.
  private void send(ChannelHandlerContext ctx, long nowDueNs) {
    if (!ctx.channel().isActive()) {
      return;
    }
    dueNs[sent++] = nowDueNs;
    ctx.writeAndFlush(ctx.alloc().buffer(messageBytes).writeZero(messageBytes));
    if (sent < plan.count()) {
      long nextNs = nowDueNs + plan.intervalNs();
      long inNs = Math.max(0, nextNs - ctx.executor().ticker().nanoTime());
      ctx.executor().schedule(() -> send(ctx, nextNs), inNs, TimeUnit.NANOSECONDS);
    } else {
      ctx.executor().schedule(() -> finish(ctx), plan.drainNs(), TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    partialBytes += in.readableBytes();
    in.release();
    long nowNs = ctx.executor().ticker().nanoTime();
    while (partialBytes >= messageBytes && received < sent) {
      partialBytes -= messageBytes;
      rttNs[received] = nowNs - dueNs[received];
      received++;
    }
    if (received == plan.count()) {
      finish(ctx);
    }
  }

  private void finish(ChannelHandlerContext ctx) {
    done.complete(PerfClient.Ping.of(plan, sent, Arrays.copyOf(rttNs, received)));
    ctx.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    done.completeExceptionally(
        new IOException(
            "the connection ended after " + received + " of " + plan.count() + " echoes"));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    done.completeExceptionally(cause);
    ctx.close();
  }
}
