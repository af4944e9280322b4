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
  private static final long LAST_ECHO_TIMEOUT_MS = 60_000;

  private final int count;
  private final int messageBytes;
  private final long intervalNs;
  private final CompletableFuture<PerfClient.Ping> done;
  private final long[] sentNs;
  private final long[] rttNs;
  private int sent;
  private int received;
  private int partialBytes;

  PingSender(
      int count, int messageBytes, long intervalNs, CompletableFuture<PerfClient.Ping> done) {
    this.count = count;
    this.messageBytes = messageBytes;
    this.intervalNs = intervalNs;
    this.done = done;
    this.sentNs = new long[count];
    this.rttNs = new long[count];
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    ctx.write(ctx.alloc().buffer(1).writeByte(PerfProtocol.PING));
    send(ctx, ctx.executor().ticker().nanoTime());
  }

  private void send(ChannelHandlerContext ctx, long dueNs) {
    if (!ctx.channel().isActive()) {
      return;
    }
    long nowNs = ctx.executor().ticker().nanoTime();
    sentNs[sent++] = nowNs;
    ctx.writeAndFlush(ctx.alloc().buffer(messageBytes).writeZero(messageBytes));
    if (sent < count) {
      long nextNs = dueNs + intervalNs;
      ctx.executor()
          .schedule(() -> send(ctx, nextNs), Math.max(0, nextNs - nowNs), TimeUnit.NANOSECONDS);
    } else {
      ctx.executor().schedule(() -> finish(ctx), LAST_ECHO_TIMEOUT_MS, TimeUnit.MILLISECONDS);
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
      rttNs[received] = nowNs - sentNs[received];
      received++;
    }
    if (received == count) {
      finish(ctx);
    }
  }

  private void finish(ChannelHandlerContext ctx) {
    done.complete(
        new PerfClient.Ping(sent, received, Distribution.ofNanos(Arrays.copyOf(rttNs, received))));
    ctx.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    done.completeExceptionally(
        new IOException("the connection ended after " + received + " of " + count + " echoes"));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    done.completeExceptionally(cause);
    ctx.close();
  }
}
