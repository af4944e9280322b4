package io.limpet.node.internal.streams;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Reads on the exposing side which service a peer asks for; what breaks a rule ends the stream. */
final class Question extends ByteToMessageDecoder {
  private static final int HEAD_BYTES = 2;
  private static final long PATIENCE_S = 10;

  private final BiConsumer<ChannelHandlerContext, String> onService;
  private @Nullable ScheduledFuture<?> deadline;
  private boolean asked;

  Question(BiConsumer<ChannelHandlerContext, String> onService) {
    this.onService = onService;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    deadline = ctx.executor().schedule(() -> ctx.close(), PATIENCE_S, TimeUnit.SECONDS);
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (asked || in.readableBytes() < HEAD_BYTES) {
      return; // what comes behind the question waits for the program
    }
    int version = in.getUnsignedByte(in.readerIndex());
    int length = in.getUnsignedByte(in.readerIndex() + 1);
    if (version != StreamProtocol.VERSION || length < 1 || length > StreamProtocol.MAX_NAME) {
      asked = true;
      in.skipBytes(in.readableBytes());
      ctx.close();
      return;
    }
    if (in.readableBytes() < HEAD_BYTES + length) {
      return;
    }
    asked = true;
    String service =
        in.skipBytes(HEAD_BYTES).readCharSequence(length, StandardCharsets.US_ASCII).toString();
    stopWaiting();
    if (StreamProtocol.isService(service)) {
      onService.accept(ctx, service);
    } else {
      ctx.close();
    }
  }

  private void stopWaiting() {
    ScheduledFuture<?> waiting = deadline;
    if (waiting != null) {
      waiting.cancel(false);
    }
  }

  /** Who ends before the answer wants none. */
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      ctx.close();
    }
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) {
    stopWaiting();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
