package io.limpet.node.internal.perf;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** Keeps a connection full until the time is up, then asks the peer what arrived. */
final class BulkSender extends ChannelInboundHandlerAdapter {
  private static final int CHUNK_BYTES = 64 << 10;

  record Result(long bytes, long nanos) {}

  /** The same zeros for all connections. */
  private static final ByteBuf CHUNK =
      Unpooled.unreleasableBuffer(Unpooled.buffer(CHUNK_BYTES).writeZero(CHUNK_BYTES));

  private final ByteBuf answer = Unpooled.buffer(2 * Long.BYTES);
  private final long durationNs;
  private final CompletableFuture<Result> done;
  private long deadlineNs;
  private boolean finished;

  BulkSender(long durationNs, CompletableFuture<Result> done) {
    this.durationNs = durationNs;
    this.done = done;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    deadlineNs = ctx.executor().ticker().nanoTime() + durationNs;
    ctx.write(ctx.alloc().buffer(1).writeByte(PerfProtocol.BULK));
    fill(ctx);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    fill(ctx);
  }

  private void fill(ChannelHandlerContext ctx) {
    while (!finished && ctx.channel().isWritable()) {
      if (ctx.executor().ticker().nanoTime() - deadlineNs >= 0) {
        finished = true;
        ctx.flush();
        ((DuplexChannel) ctx.channel()).shutdownOutput();
        return;
      }
      ctx.write(CHUNK.duplicate());
    }
    ctx.flush();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    answer.writeBytes(in, Math.min(in.readableBytes(), answer.writableBytes()));
    in.release();
    if (!answer.isWritable()) {
      done.complete(new Result(answer.readLong(), answer.readLong()));
      ctx.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    done.completeExceptionally(new IOException("the connection ended before the peer answered"));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    done.completeExceptionally(cause);
    ctx.close();
  }
}
