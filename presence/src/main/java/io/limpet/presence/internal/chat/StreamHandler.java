package io.limpet.presence.internal.chat;

import io.limpet.presence.internal.xmpp.ChatStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Gives a stream its connection, its clock and its timer. */
final class StreamHandler extends SimpleChannelInboundHandler<ByteBuf> {
  private final Begin begin;
  private final Owner owner;
  private @Nullable ChatStream stream;
  private @Nullable ScheduledFuture<?> timer;

  /** Makes the stream of a channel that is connected. */
  @FunctionalInterface
  interface Begin {
    /** Makes it, for our address at this end. */
    ChatStream stream(InetAddress local, long nowNs);
  }

  /** Hears what happens on a stream. */
  @FunctionalInterface
  interface Owner {
    /** Takes an event; may say, accept or close, or close the channel. */
    void onEvent(ChannelHandlerContext context, ChatStream stream, ChatStream.Event event);
  }

  StreamHandler(Begin begin, Owner owner) {
    this.begin = begin;
    this.owner = owner;
  }

  static long nowNs(ChannelHandlerContext context) {
    return context.executor().ticker().nanoTime();
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    InetSocketAddress local = (InetSocketAddress) context.channel().localAddress();
    ChatStream begun = begin.stream(local.getAddress(), nowNs(context));
    stream = begun;
    pump(context, begun);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
    ChatStream current = stream;
    if (current != null) {
      current.onBytes(ByteBufUtil.getBytes(bytes), nowNs(context));
      pump(context, current);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    ChatStream current = stream;
    if (current != null) {
      current.onEnd();
      pump(context, current);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    ChatStream current = stream;
    if (current != null) {
      current.onBroken("the connection broke: " + cause.getMessage());
      pump(context, current);
    }
    context.close();
  }

  private void onTimer(ChannelHandlerContext context, ChatStream current) {
    timer = null;
    current.onTimer(nowNs(context));
    pump(context, current);
  }

  /** Lets out what the stream has to say, and the next timer. */
  private void pump(ChannelHandlerContext context, ChatStream current) {
    ChatStream.Event event;
    while ((event = current.pollEvent()) != null) {
      owner.onEvent(context, current, event);
    }
    byte[] bytes = current.pollBytes();
    ChannelFuture written =
        bytes.length > 0 && context.channel().isActive()
            ? context.writeAndFlush(Unpooled.wrappedBuffer(bytes))
            : context.newSucceededFuture();
    ScheduledFuture<?> armed = timer;
    if (armed != null) {
      armed.cancel(false);
      timer = null;
    }
    if (current.isOver()) {
      written.addListener(ChannelFutureListener.CLOSE);
    } else {
      timer =
          context
              .executor()
              .schedule(
                  () -> onTimer(context, current),
                  Math.max(0, current.deadlineNs() - nowNs(context)),
                  TimeUnit.NANOSECONDS);
    }
  }
}
