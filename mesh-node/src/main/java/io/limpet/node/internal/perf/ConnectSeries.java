package io.limpet.node.internal.perf;

import io.limpet.link.MeshAddress;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Fresh connections, one after the other, each timed to the peer application's answer. */
final class ConnectSeries {
  private final PerfClient client;
  private final MeshAddress peer;
  private final int messageBytes;
  private final CompletableFuture<PerfClient.Connect> done;
  private final long[] tookNs;
  private int attempted;
  private int succeeded;
  private @Nullable Throwable lastFailure;

  ConnectSeries(
      PerfClient client,
      MeshAddress peer,
      int count,
      int messageBytes,
      CompletableFuture<PerfClient.Connect> done) {
    this.client = client;
    this.peer = peer;
    this.messageBytes = messageBytes;
    this.done = done;
    this.tookNs = new long[count];
  }

  void next() {
    Throwable last = lastFailure;
    if (attempted == tookNs.length && succeeded == 0 && last != null) {
      done.completeExceptionally(last);
      return;
    }
    if (attempted == tookNs.length) {
      done.complete(
          new PerfClient.Connect(
              attempted, succeeded, Distribution.ofNanos(Arrays.copyOf(tookNs, succeeded))));
      return;
    }
    attempted++;
    CompletableFuture<Long> one = new CompletableFuture<>();
    client.open(peer, new One(client.nowNs(), messageBytes, one), one);
    one.whenComplete(
        (took, failure) -> {
          if (failure == null) {
            tookNs[succeeded++] = took;
          } else {
            lastFailure = failure;
          }
          next();
        });
  }

  private static final class One extends ChannelInboundHandlerAdapter {
    private final long startNs;
    private final int messageBytes;
    private final CompletableFuture<Long> done;

    One(long startNs, int messageBytes, CompletableFuture<Long> done) {
      this.startNs = startNs;
      this.messageBytes = messageBytes;
      this.done = done;
    }

    /** Before there is a connection: the message rides with the request for it, if it is short. */
    @Override
    public void channelRegistered(ChannelHandlerContext ctx) {
      ByteBuf message = ctx.alloc().buffer(5 + messageBytes);
      message.writeByte(PerfProtocol.CONNECT).writeInt(messageBytes).writeZero(messageBytes);
      ctx.write(message);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ((ByteBuf) message).release();
      long nowNs = ctx.executor().ticker().nanoTime();
      done.complete(nowNs - startNs);
      ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      done.completeExceptionally(new IOException("the connection ended without an answer"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      done.completeExceptionally(cause);
      ctx.close();
    }
  }
}
