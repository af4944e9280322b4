package io.limpet.tcp.internal.kernel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A Netty application that sends bytes, shuts its output down, and reads to the peer's end. */
final class StreamPeer extends SimpleChannelInboundHandler<ByteBuf> {
  /** When it sends. */
  enum Turn {
    /** As soon as it is connected. */
    AT_ONCE,
    /** The same, but the end of its stream comes after the peer's. */
    AT_ONCE_ENDING_LAST,
    /** When the peer has sent all that it has. */
    AFTER_PEER
  }

  private final byte[] toSend;
  private final Turn turn;
  private final MessageDigest digest = Streams.digest();
  private ChannelFuture sent;
  private final CompletableFuture<String> received = new CompletableFuture<>();

  StreamPeer(byte[] toSend, Turn turn) {
    this.toSend = toSend;
    this.turn = turn;
  }

  /** Waits for the end of the peer's stream and returns its hash. */
  String awaitHash() throws Exception {
    return received.get(30, TimeUnit.SECONDS);
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    sent = ctx.newSucceededFuture();
    if (turn != Turn.AFTER_PEER) {
      send(ctx);
    }
    if (turn == Turn.AT_ONCE) {
      end(ctx);
    }
  }

  private void send(ChannelHandlerContext ctx) {
    sent = ctx.writeAndFlush(Unpooled.wrappedBuffer(toSend));
    sent.addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
  }

  private void end(ChannelHandlerContext ctx) {
    DuplexChannel channel = (DuplexChannel) ctx.channel();
    sent.addListener(written -> channel.shutdownOutput().addListener(shut -> closeIfDone(channel)));
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
    for (ByteBuffer part : bytes.nioBuffers()) {
      digest.update(part);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      received.complete(Streams.hex(digest));
      if (turn == Turn.AFTER_PEER) {
        send(ctx);
      }
      if (turn != Turn.AT_ONCE) {
        end(ctx);
      }
      closeIfDone((DuplexChannel) ctx.channel());
    }
  }

  private static void closeIfDone(DuplexChannel channel) {
    if (channel.isInputShutdown() && channel.isOutputShutdown()) {
      channel.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    received.completeExceptionally(new AssertionError("closed before the peer's stream ended"));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    received.completeExceptionally(cause);
    ctx.close();
  }
}
