package io.limpet.node.internal.perf;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;

/** Opens connections, a few at a time, and leaves them open. Confined to the event loop. */
final class HoldSeries {
  private static final int AT_ONCE = 32;
  private static final int TIMEOUT_MS = 30_000;

  private final PerfClient client;
  private final Dialer dialer;
  private final EventLoop loop;
  private final int count;
  private final CompletableFuture<PerfClient.Hold> done;
  private final long startNs;
  private int attempted;
  private int opened;
  private int failed;

  HoldSeries(PerfClient client, Dialer dialer, int count, CompletableFuture<PerfClient.Hold> done) {
    this.client = client;
    this.dialer = dialer;
    this.loop = dialer.eventLoop();
    this.count = count;
    this.done = done;
    this.startNs = loop.ticker().nanoTime();
  }

  void start() {
    while (attempted < count && attempted - opened - failed < AT_ONCE) {
      attempted++;
      CompletableFuture<Boolean> one = new CompletableFuture<>();
      client.open(dialer, new One(one), TIMEOUT_MS, one);
      one.whenComplete((ok, failure) -> onEnd(failure == null));
    }
  }

  private void onEnd(boolean ok) {
    opened += ok ? 1 : 0;
    failed += ok ? 0 : 1;
    if (opened + failed == count) {
      double ms = (loop.ticker().nanoTime() - startNs) / 1e6;
      done.complete(new PerfClient.Hold(count, opened, ms));
    } else {
      loop.execute(this::start); // not from within: a failure at once would nest
    }
  }

  private static final class One extends FirstAnswer<Boolean> {
    private final CompletableFuture<Boolean> done;

    One(CompletableFuture<Boolean> done) {
      super(done);
      this.done = done;
    }

    @Override
    ByteBuf question(ChannelHandlerContext ctx) {
      return ctx.alloc().buffer(1).writeByte(PerfProtocol.HOLD);
    }

    @Override
    void onAnswer(ChannelHandlerContext ctx) {
      done.complete(true);
    }
  }
}
