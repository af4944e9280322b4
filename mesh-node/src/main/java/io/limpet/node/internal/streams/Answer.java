package io.limpet.node.internal.streams;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.Promise;
import java.util.List;

/** Asks a peer for a service, and reads its answer. */
final class Answer extends ByteToMessageDecoder {
  private final String service;
  private final Promise<DuplexChannel> opened;

  /**
   * Asks for a service.
   *
   * @param opened succeeds with auto-read off; fails with a {@link StreamRefusedException}
   */
  Answer(String service, Promise<DuplexChannel> opened) {
    this.service = service;
    this.opened = opened;
  }

  /** Before there is a connection: the question rides with the request for it. */
  @Override
  public void channelRegistered(ChannelHandlerContext ctx) {
    ByteBuf question = ctx.alloc().buffer(2 + StreamProtocol.MAX_NAME);
    StreamProtocol.writeQuestion(question, service);
    ctx.write(question);
    ctx.fireChannelRegistered();
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    ctx.flush();
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (opened.isDone() || in.readableBytes() < StreamProtocol.ANSWER_BYTES) {
      return; // what comes behind the answer waits for the program
    }
    int version = in.readUnsignedByte();
    int code = in.readUnsignedByte();
    if (version == StreamProtocol.VERSION && code == StreamProtocol.OPEN) {
      ctx.channel().config().setAutoRead(false);
      opened.trySuccess((DuplexChannel) ctx.channel());
      return;
    }
    Refusal refusal = version == StreamProtocol.VERSION ? Refusal.ofCode(code) : Refusal.BROKEN;
    opened.tryFailure(StreamRefusedException.of(refusal, service));
    ctx.close();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent
        && opened.tryFailure(StreamRefusedException.of(Refusal.BROKEN, service))) {
      ctx.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    opened.tryFailure(StreamRefusedException.of(Refusal.BROKEN, service));
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    opened.tryFailure(
        new StreamRefusedException(Refusal.BROKEN, String.valueOf(cause.getMessage())));
    Relay.abort(ctx.channel());
  }
}
