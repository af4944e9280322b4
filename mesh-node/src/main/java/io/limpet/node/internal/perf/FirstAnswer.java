package io.limpet.node.internal.perf;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** A connection whose first answer says that all went well; its end before that says otherwise. */
abstract class FirstAnswer<T> extends ChannelInboundHandlerAdapter {
  private final CompletableFuture<T> done;

  FirstAnswer(CompletableFuture<T> done) {
    this.done = done;
  }

  /** Says the question. */
  @Override
  public abstract void channelActive(ChannelHandlerContext ctx);

  /** The answer has come. */
  abstract void onAnswer(ChannelHandlerContext ctx);

  @Override
  public final void channelRead(ChannelHandlerContext ctx, Object message) {
    ((ByteBuf) message).release();
    onAnswer(ctx);
  }

  @Override
  public final void channelInactive(ChannelHandlerContext ctx) {
    done.completeExceptionally(new IOException("the connection ended without an answer"));
  }

  @Override
  public final void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    done.completeExceptionally(cause);
    ctx.close();
  }
}
