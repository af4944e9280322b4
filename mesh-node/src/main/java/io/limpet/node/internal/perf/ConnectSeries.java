package io.limpet.node.internal.perf;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Fresh connections, each timed to the peer application's answer: one after the other, or one each
 * interval. Confined to the dialer's event loop.
 */
final class ConnectSeries {
  private final PerfClient client;
  private final Dialer dialer;
  private final EventLoop loop;
  private final ConnectPlan plan;
  private final CompletableFuture<PerfClient.Connect> done;
  private final long[] tookNs;
  private int attempted;
  private int ended;
  private int succeeded;
  private @Nullable Throwable lastFailure;

  ConnectSeries(
      PerfClient client,
      Dialer dialer,
      ConnectPlan plan,
      CompletableFuture<PerfClient.Connect> done) {
    this.client = client;
    this.dialer = dialer;
    this.loop = dialer.eventLoop();
    this.plan = plan;
    this.done = done;
    this.tookNs = new long[plan.count()];
  }

  void start() {
    next(loop.ticker().nanoTime());
  }

  private void next(long dueNs) {
    attempted++;
    CompletableFuture<Long> one = new CompletableFuture<>();
    One handler = new One(dueNs, plan.messageBytes(), one);
    client.open(dialer, handler, plan.timeoutMs(), one);
    var timeout = loop.schedule(() -> handler.giveUp(), plan.timeoutMs(), TimeUnit.MILLISECONDS);
    one.whenComplete(
        (took, failure) -> {
          timeout.cancel(false);
          onEnd(took, failure);
        });
    if (plan.intervalNs() > 0 && attempted < plan.count()) {
      long nextNs = dueNs + plan.intervalNs();
      long inNs = Math.max(0, nextNs - loop.ticker().nanoTime());
      loop.schedule(() -> next(nextNs), inNs, TimeUnit.NANOSECONDS);
    }
  }

  private void onEnd(@Nullable Long took, @Nullable Throwable failure) {
    ended++;
    if (took != null) {
      tookNs[succeeded++] = took;
    } else {
      lastFailure = failure;
    }
    if (ended == plan.count()) {
      finish();
    } else if (plan.intervalNs() == 0) {
      next(loop.ticker().nanoTime());
    }
  }

  private void finish() {
    Throwable last = lastFailure;
    if (succeeded == 0 && last != null) {
      done.completeExceptionally(last);
      return;
    }
    long[] took = Arrays.copyOf(tookNs, succeeded);
    done.complete(
        new PerfClient.Connect(
            attempted,
            succeeded,
            Distribution.ofNanos(took),
            plan.samples() ? Distribution.millis(took) : List.of()));
  }

  private static final class One extends FirstAnswer<Long> {
    private final long startNs;
    private final int messageBytes;
    private final CompletableFuture<Long> done;
    private @Nullable Channel channel;

    One(long startNs, int messageBytes, CompletableFuture<Long> done) {
      super(done);
      this.startNs = startNs;
      this.messageBytes = messageBytes;
      this.done = done;
    }

    void giveUp() {
      done.completeExceptionally(new IOException("no answer in time"));
      Channel opened = channel;
      if (opened != null) {
        PerfClient.abort(opened);
      }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      channel = ctx.channel();
    }

    @Override
    ByteBuf question(ChannelHandlerContext ctx) {
      ByteBuf message = ctx.alloc().buffer(5 + messageBytes);
      return message.writeByte(PerfProtocol.CONNECT).writeInt(messageBytes).writeZero(messageBytes);
    }

    @Override
    void onAnswer(ChannelHandlerContext ctx) {
      done.complete(ctx.executor().ticker().nanoTime() - startNs);
      ctx.close();
    }
  }
}
