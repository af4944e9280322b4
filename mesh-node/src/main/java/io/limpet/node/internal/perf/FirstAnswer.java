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

  /** Returns what is asked. */
  abstract ByteBuf question(ChannelHandlerContext ctx);

  /** Before there is a connection: a short question rides with the request for it, if it can. */
  @Override
  public final void channelRegistered(ChannelHandlerContext ctx) {
    ctx.write(question(ctx));
  }

  @Override
  public final void channelActive(ChannelHandlerContext ctx) {
    ctx.flush();
  }

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
