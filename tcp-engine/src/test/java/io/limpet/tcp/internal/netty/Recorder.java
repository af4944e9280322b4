package io.limpet.tcp.internal.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes down what a channel's pipeline sees. For tests in virtual time: one thread. */
class Recorder extends ChannelInboundHandlerAdapter {

  /** Words for events, in order; received data is in {@link #text}. */
  final List<String> events = new ArrayList<>();

  final List<Object> userEvents = new ArrayList<>();
  final StringBuilder text = new StringBuilder();
  @Nullable Throwable cause;
  @Nullable Channel channel;
  private final List<Channel> channels = new ArrayList<>();

  @Override
  public boolean isSharable() {
    return true;
  }

  List<Channel> channels() {
    return channels;
  }

  boolean saw(String event) {
    return events.contains(event);
  }

  @Override
  public void channelRegistered(ChannelHandlerContext ctx) {
    channel = ctx.channel();
    channels.add(ctx.channel());
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    events.add("active");
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    events.add("inactive");
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    ByteBuf buffer = (ByteBuf) msg;
    text.append(buffer.toString(StandardCharsets.UTF_8));
    buffer.release();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object evt) {
    userEvents.add(evt);
    events.add(evt.getClass().getSimpleName());
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    events.add(ctx.channel().isWritable() ? "writable" : "unwritable");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable e) {
    cause = e;
    events.add("exception");
  }
}
