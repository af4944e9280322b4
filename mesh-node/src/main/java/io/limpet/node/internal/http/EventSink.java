package io.limpet.node.internal.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * One open stream of server-sent events. Safe for any thread; events of one thread stay in order.
 *
 * <p>A client that does not read what it is sent is let go, so that nobody's memory is filled: when
 * it comes back, it is to be told everything anew.
 */
public final class EventSink {
  /** Between signs of life, which also find out whether the client is there. */
  private static final long HEARTBEAT_SECONDS = 15;

  private final Channel channel;

  private EventSink(Channel channel) {
    this.channel = channel;
  }

  /** Begins a stream on a channel whose response has begun. */
  static EventSink on(Channel channel) {
    EventSink sink = new EventSink(channel);
    Future<?> heartbeat =
        channel
            .eventLoop()
            .scheduleAtFixedRate(
                () -> sink.write(":\n\n"), HEARTBEAT_SECONDS, HEARTBEAT_SECONDS, TimeUnit.SECONDS);
    sink.onClosed(() -> heartbeat.cancel(false));
    return sink;
  }

  /**
   * Sends one event.
   *
   * @param event its type, one word
   * @param data any text
   * @return false when the client is gone, or was let go because it does not read
   */
  public boolean send(String event, String data) {
    StringBuilder text = new StringBuilder(event.length() + data.length() + 24);
    text.append("event: ").append(event).append('\n');
    data.lines().forEach(line -> text.append("data: ").append(line).append('\n'));
    return write(text.append('\n').toString());
  }

  private boolean write(String text) {
    if (!channel.isActive()) {
      return false;
    }
    if (!channel.isWritable()) {
      channel.close();
      return false;
    }
    channel.writeAndFlush(
        new DefaultHttpContent(Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8))));
    return true;
  }

  /** Runs something once the client is gone, or at once when it is; on the server's thread. */
  public void onClosed(Runnable task) {
    channel.closeFuture().addListener(closed -> task.run());
  }

  /** Ends the stream. */
  public void close() {
    channel.close();
  }
}
