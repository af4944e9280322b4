package io.limpet.node.internal.streams;

import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a person has opened: a local program to peers, or peers' programs to local ones.
 * It lives until it is ended, and its streams with it. Confined to the streams' loop where not said
 * otherwise.
 */
final class Opening {
  private static final long BETWEEN_REFUSALS_NS = 1_000_000_000L;

  private final OpeningView.Way way;
  private final int number;
  private final String at;
  private final @Nullable String to;
  private final @Nullable WhoMay allowed;
  private final Consumer<StreamEvent> listener;
  private final ChannelGroup channels;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private int open;
  private long total;
  private long refused;
  private long refusedUntold;
  private long lastRefusedNs;

  Opening(
      EventExecutor loop,
      OpeningView.Way way,
      int number,
      String at,
      @Nullable String to,
      @Nullable WhoMay allowed,
      Consumer<StreamEvent> listener) {
    this.way = way;
    this.number = number;
    this.at = at;
    this.to = to;
    this.allowed = allowed;
    this.listener = listener;
    this.channels = new DefaultChannelGroup(loop);
    this.lastRefusedNs = loop.ticker().nanoTime() - BETWEEN_REFUSALS_NS;
  }

  OpeningView.Way way() {
    return way;
  }

  int number() {
    return number;
  }

  /** Has a channel end with this. */
  void add(Channel channel) {
    channels.add(channel);
  }

  /** Ends it and all its streams: their programs hear a reset. */
  void end() {
    channels.forEach(Relay::abort);
    channels.close();
    ended.complete(null);
  }

  boolean isOver() {
    return ended.isDone();
  }

  /** Returns what is done when it is over. Any thread. */
  CompletionStage<Void> ended() {
    return ended;
  }

  void opened(StreamEvent event) {
    open++;
    total++;
    listener.accept(event);
  }

  void closed(StreamEvent event) {
    open--;
    listener.accept(event);
  }

  /** Counts a refusal; says how many to tell of now, 0 while the last is less than a second ago. */
  long countRefusal(long nowNs) {
    refused++;
    refusedUntold++;
    if (nowNs - lastRefusedNs < BETWEEN_REFUSALS_NS) {
      return 0;
    }
    lastRefusedNs = nowNs;
    long count = refusedUntold;
    refusedUntold = 0;
    return count;
  }

  void refused(StreamEvent event) {
    listener.accept(event);
  }

  OpeningView view() {
    return new OpeningView(
        number, way, at, to, allowed == null ? null : allowed.words(), open, total, refused);
  }
}
