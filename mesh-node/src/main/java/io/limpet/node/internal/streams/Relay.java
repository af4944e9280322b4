package io.limpet.node.internal.streams;

import io.limpet.tcp.MeshConnectionException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import org.jspecify.annotations.Nullable;

/**
 * Joins a local connection and a mesh connection on one event loop: bytes both ways, no faster than
 * the slower side takes them; the end of one direction as the end of that direction; a reset as a
 * reset.
 */
final class Relay {
  /** Hears how it ended; called once, on the event loop. */
  @FunctionalInterface
  interface OnEnd {
    /**
     * Takes the end.
     *
     * @param reason null when both directions ended in order
     */
    void ended(long sentBytes, long receivedBytes, @Nullable String reason);
  }

  private final Side local;
  private final Side mesh;
  private final OnEnd onEnd;
  private @Nullable String reason;
  private boolean over;

  private Relay(DuplexChannel local, DuplexChannel mesh, OnEnd onEnd) {
    this.local = new Side(local, mesh);
    this.mesh = new Side(mesh, local);
    this.onEnd = onEnd;
  }

  /**
   * Joins two open channels whose auto-read is off. The caller then takes its own handlers out:
   * what they have read and not used is relayed first.
   */
  static Relay join(DuplexChannel local, DuplexChannel mesh, OnEnd onEnd) {
    Relay relay = new Relay(local, mesh, onEnd);
    local.pipeline().addLast(relay.local);
    mesh.pipeline().addLast(relay.mesh);
    // Nothing else tells when both are closed.
    local.closeFuture().addListener(closed -> relay.finish());
    mesh.closeFuture().addListener(closed -> relay.finish());
    return relay;
  }

  /** Lets the bytes flow. */
  void start() {
    local.channel.config().setAutoRead(true);
    mesh.channel.config().setAutoRead(true);
    if (!local.channel.isActive() || !mesh.channel.isActive()) {
      breakOff("one side had ended before the other was there");
    }
  }

  /** Closes a channel so that its program hears of a reset and does not take it for the end. */
  static void abort(Channel channel) {
    if (channel.isActive()) {
      try {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
      } catch (ChannelException e) {
        // The kernel has ended it already.
      }
    }
    channel.close();
  }

  private void breakOff(String why) {
    if (reason == null && !inOrder()) {
      reason = why;
    }
    if (!inOrder()) {
      abort(local.channel);
      abort(mesh.channel);
    }
    finish();
  }

  private boolean inOrder() {
    return local.inputOver && mesh.inputOver;
  }

  private void finish() {
    if (!over && !local.channel.isOpen() && !mesh.channel.isOpen()) {
      over = true;
      onEnd.ended(local.bytes, mesh.bytes, reason);
    }
  }

  /** What comes from one of the two. */
  private final class Side extends ChannelInboundHandlerAdapter {
    private final DuplexChannel channel;
    private final DuplexChannel other;
    private long bytes;
    private boolean inputOver;

    Side(DuplexChannel channel, DuplexChannel other) {
      this.channel = channel;
      this.other = other;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      bytes += ((ByteBuf) message).readableBytes();
      other.write(message);
      if (!other.isWritable()) {
        channel.config().setAutoRead(false);
        other.flush();
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      other.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      if (channel.isWritable()) {
        other.config().setAutoRead(true);
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof ChannelInputShutdownEvent && !inputOver) {
        inputOver = true;
        // Behind everything that was read before.
        other
            .writeAndFlush(Unpooled.EMPTY_BUFFER)
            .addListener(written -> other.shutdownOutput().addListener(shut -> outputOver()));
      }
    }

    private void outputOver() {
      if (inOrder() && channel.isOutputShutdown() && other.isOutputShutdown()) {
        channel.close();
        other.close();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      breakOff(
          cause instanceof MeshConnectionException lost
              ? lost.reason().describe()
              : cause.getMessage() == null ? cause.toString() : cause.getMessage());
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      breakOff("broken off");
    }
  }
}
