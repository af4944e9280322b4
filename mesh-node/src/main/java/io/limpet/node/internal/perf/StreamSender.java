package io.limpet.node.internal.perf;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends numbered, stamped messages at a steady pace, whatever becomes of them, until it is told to
 * stop. Confined to its channel's event loop.
 */
final class StreamSender extends ChannelInboundHandlerAdapter {
  private final StreamPlan plan;
  private final CompletableFuture<PerfClient.Stream> done;
  private @Nullable ChannelHandlerContext context;
  private int sent;
  private boolean stopped;

  StreamSender(StreamPlan plan, CompletableFuture<PerfClient.Stream> done) {
    this.plan = plan;
    this.done = done;
  }

  /** The first message rides with the request for the connection, if it can. */
  @Override
  public void channelRegistered(ChannelHandlerContext ctx) {
    context = ctx;
    ByteBuf out = ctx.alloc().buffer(1 + Integer.BYTES + plan.messageBytes());
    out.writeByte(PerfProtocol.STREAM).writeInt(plan.messageBytes());
    StreamLog.write(out, plan.messageBytes(), sent++, System.nanoTime());
    ctx.write(out);
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    ctx.flush();
    next(ctx, ctx.executor().ticker().nanoTime() + plan.intervalNs());
  }

  private void next(ChannelHandlerContext ctx, long dueNs) {
    if (stopped) {
      finish(ctx);
      return;
    }
    long inNs = Math.max(0, dueNs - ctx.executor().ticker().nanoTime());
    ctx.executor().schedule(() -> send(ctx, dueNs), inNs, TimeUnit.NANOSECONDS);
  }

  private void send(ChannelHandlerContext ctx, long dueNs) {
    if (stopped || !ctx.channel().isActive()) {
      return;
    }
    // The clock that all processes of a machine share.
    ByteBuf out = ctx.alloc().buffer(plan.messageBytes());
    StreamLog.write(out, plan.messageBytes(), sent++, System.nanoTime());
    ctx.writeAndFlush(out);
    if (sent == plan.atMost()) {
      stop();
      return;
    }
    next(ctx, dueNs + plan.intervalNs());
  }

  /** Ends the stream in order: everything sent is to arrive. */
  void stop() {
    ChannelHandlerContext ctx = context;
    if (stopped || ctx == null) {
      return;
    }
    stopped = true;
    if (ctx.channel().isActive()) {
      finish(ctx);
    }
  }

  private static void finish(ChannelHandlerContext ctx) {
    ((DuplexChannel) ctx.channel()).shutdownOutput();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (stopped) {
      done.complete(new PerfClient.Stream(sent));
    } else {
      done.completeExceptionally(
          new IOException("the connection ended after " + sent + " messages"));
    }
  }

  /** The peer has read our end, and ends its side. */
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof io.netty.channel.socket.ChannelInputShutdownEvent) {
      ctx.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    done.completeExceptionally(cause);
    ctx.close();
  }
}
