package io.limpet.tcp.internal.kernel;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Looks at what iperf3 sends with {@code --repeating-payload}: the digits over and over, anew in
 * each write, which may be a short one. Its control connection, whose bytes are others, is let
 * through.
 */
@Sharable
final class Pattern extends ChannelInboundHandlerAdapter {
  private static final AttributeKey<Long> POSITION = AttributeKey.valueOf(Pattern.class, "at");
  private static final long CONTROL = -1;

  private final int skipped;
  private final AtomicLong checked = new AtomicLong();
  private final AtomicReference<String> wrong = new AtomicReference<>("");

  /**
   * Looks at one direction.
   *
   * @param skipped bytes before the pattern: a client names its test first
   */
  Pattern(int skipped) {
    this.skipped = skipped;
  }

  /** Returns how many bytes were right; throws if one was not. */
  long checkedBytes() {
    String what = wrong.get();
    if (!what.isEmpty()) {
      throw new AssertionError(what);
    }
    return checked.get();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    Long at = ctx.channel().attr(POSITION).get();
    ctx.channel().attr(POSITION).set(look(at == null ? 0 : at, (ByteBuf) message));
    ctx.fireChannelRead(message);
  }

  private long look(long from, ByteBuf bytes) {
    long at = from;
    for (int i = bytes.readerIndex(); i < bytes.writerIndex() && at != CONTROL; i++, at++) {
      long position = at - skipped;
      int got = bytes.getByte(i);
      if (position < 0) {
        continue;
      }
      if (got == '0') {
        at = skipped;
      } else if (position == 0) {
        return CONTROL;
      } else if (got != '0' + (int) (position % 10)) {
        wrong.compareAndSet("", got + " instead of '" + position % 10 + "'");
      }
      checked.incrementAndGet();
    }
    return at;
  }
}
