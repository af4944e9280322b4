package io.limpet.node.internal.perf;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** The side that measures. Safe for any thread; the work is done on the dialer's event loop. */
public final class PerfClient {
  private static final int CONNECT_TIMEOUT_MS = 30_000;

  private final Set<Channel> open = ConcurrentHashMap.newKeySet();
  private final Set<Running> streams = ConcurrentHashMap.newKeySet();

  /**
   * What a bulk transfer reached.
   *
   * @param bytes received by the peer's application
   * @param seconds between the first and the last of them
   * @param goodputBitsPerSecond the one by the other; of several connections the sum
   * @param carrier how the peer was reached at the end
   * @param connections the same for each of several connections, empty when there was one
   */
  public record Bulk(
      long bytes,
      double seconds,
      long goodputBitsPerSecond,
      String carrier,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Flow> connections) {}

  /**
   * What one of several connections reached.
   *
   * @param bytes received by the peer's application
   * @param seconds between the first and the last of them
   * @param goodputBitsPerSecond the one by the other
   */
  public record Flow(long bytes, double seconds, long goodputBitsPerSecond) {}

  /**
   * What round trips on one open connection took.
   *
   * @param sent messages sent
   * @param received echoes that came back
   * @param rttMs how long they took, from when each message was due to be sent
   * @param samplesMs each of them in the order of sending, if that was asked for
   */
  public record Ping(
      int sent,
      int received,
      Distribution rttMs,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Double> samplesMs) {

    /** Sums a series up. */
    public static Ping of(PingPlan plan, int sent, long[] tookNs) {
      return new Ping(
          sent,
          tookNs.length,
          Distribution.ofNanos(tookNs),
          plan.samples() ? Distribution.millis(tookNs) : List.of());
    }
  }

  /**
   * What fresh connections took, from the call to the peer application's acknowledgement.
   *
   * @param attempted connections tried
   * @param succeeded those that were acknowledged in time
   * @param ms how long they took
   * @param samplesMs each of them, if that was asked for
   */
  public record Connect(
      int attempted,
      int succeeded,
      Distribution ms,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Double> samplesMs) {}

  /**
   * How many connections were open at once.
   *
   * @param attempted connections tried
   * @param opened those that the peer's application acknowledged
   * @param ms until the last of them was
   */
  public record Hold(int attempted, int opened, double ms) {}

  /**
   * What a stream gave to its connection.
   *
   * @param sent messages
   */
  public record Stream(int sent) {}

  private record Running(StreamSender sender, EventLoop loop) {}

  /** Sends as fast as the path takes for so many seconds, on so many connections at once. */
  public CompletionStage<Bulk> bulk(Dialer dialer, int seconds, int connections) {
    List<CompletableFuture<BulkSender.Result>> all = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      CompletableFuture<BulkSender.Result> done = new CompletableFuture<>();
      open(dialer, new BulkSender(seconds * 1_000_000_000L, done), CONNECT_TIMEOUT_MS, done);
      all.add(done);
    }
    return CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0]))
        .thenCompose(nothing -> dialer.carrier())
        .thenApply(carrier -> sum(all.stream().map(CompletableFuture::join).toList(), carrier));
  }

  private static Bulk sum(List<BulkSender.Result> results, String carrier) {
    List<Flow> flows =
        results.stream()
            .map(r -> new Flow(r.bytes(), r.nanos() / 1e9, Math.round(r.bytes() * 8e9 / r.nanos())))
            .toList();
    return new Bulk(
        flows.stream().mapToLong(Flow::bytes).sum(),
        flows.stream().mapToDouble(Flow::seconds).max().orElse(0),
        flows.stream().mapToLong(Flow::goodputBitsPerSecond).sum(),
        carrier,
        flows.size() == 1 ? List.of() : flows);
  }

  /** Sends messages at a steady pace, on one open connection. */
  public CompletionStage<Ping> ping(Dialer dialer, PingPlan plan) {
    CompletableFuture<Ping> done = new CompletableFuture<>();
    open(dialer, new PingSender(plan, done), CONNECT_TIMEOUT_MS, done);
    return done;
  }

  /** Sends stamped messages at a steady pace, on one connection, until they are stopped. */
  public CompletionStage<Stream> stream(Dialer dialer, StreamPlan plan) {
    CompletableFuture<Stream> done = new CompletableFuture<>();
    Running running = new Running(new StreamSender(plan, done), dialer.eventLoop());
    streams.add(running);
    done.whenComplete((result, failure) -> streams.remove(running));
    open(dialer, running.sender(), plan.timeoutMs(), done);
    return done;
  }

  /** Ends all streams in order: what was sent is to arrive. */
  public void stopStreams() {
    for (Running running : streams) {
      running.loop().execute(running.sender()::stop);
    }
  }

  /** Opens connections, each with some bytes and their acknowledgement. */
  public CompletionStage<Connect> connect(Dialer dialer, ConnectPlan plan) {
    CompletableFuture<Connect> done = new CompletableFuture<>();
    dialer.eventLoop().execute(() -> new ConnectSeries(this, dialer, plan, done).start());
    return done;
  }

  /**
   * Opens connections and leaves them idle until {@link #cancel}.
   *
   * @return completes when each has been acknowledged or has failed
   */
  public CompletionStage<Hold> hold(Dialer dialer, int count) {
    CompletableFuture<Hold> done = new CompletableFuture<>();
    dialer.eventLoop().execute(() -> new HoldSeries(this, dialer, count, done).start());
    return done;
  }

  /** Breaks off all that is under way; what is unsent is discarded. */
  public void cancel() {
    for (Channel channel : open) {
      channel.eventLoop().execute(() -> abort(channel));
    }
  }

  static void abort(Channel channel) {
    if (channel.isActive()) {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
    }
    channel.close();
  }

  void open(Dialer dialer, ChannelHandler handler, int timeoutMs, CompletableFuture<?> failed) {
    dialer.open(
        new ChannelInitializer<Channel>() {
          @Override
          protected void initChannel(Channel channel) {
            open.add(channel);
            channel.closeFuture().addListener(closed -> open.remove(channel));
            channel.pipeline().addLast(handler);
          }
        },
        timeoutMs,
        failed);
  }
}
