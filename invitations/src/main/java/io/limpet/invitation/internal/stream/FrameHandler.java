package io.limpet.invitation.internal.stream;

import io.limpet.invitation.internal.wire.Limits;
import io.limpet.invitation.internal.wire.MalformedMessageException;
import io.limpet.invitation.internal.wire.Message;
import io.limpet.invitation.internal.wire.MessageCodec;
import io.limpet.link.MeshAddress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;

/**
 * The end of a stream's pipeline: a frame is four bytes of length and one message.
 *
 * <p>The length is checked before anything is kept, and what is not a message closes the stream.
 */
final class FrameHandler extends SimpleChannelInboundHandler<ByteBuf> {
  private static final int LENGTH_BYTES = 4;

  private final NettyPeerStreams streams;
  private final MeshAddress peer;

  private FrameHandler(NettyPeerStreams streams, MeshAddress peer) {
    this.streams = streams;
    this.peer = peer;
  }

  static void install(ChannelPipeline pipeline, NettyPeerStreams streams, MeshAddress peer) {
    pipeline.addLast(
        new LengthFieldBasedFrameDecoder(
            Limits.MAX_FRAME_BYTES + LENGTH_BYTES, 0, LENGTH_BYTES, 0, LENGTH_BYTES),
        new FrameHandler(streams, peer));
  }

  static ByteBuf frame(ByteBufAllocator allocator, Message message) {
    byte[] bytes = MessageCodec.encode(message);
    return allocator.buffer(LENGTH_BYTES + bytes.length).writeInt(bytes.length).writeBytes(bytes);
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    streams.onActive(peer, context.channel());
    context.fireChannelActive();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, ByteBuf frame)
      throws MalformedMessageException {
    if (context.channel().isOpen()) {
      streams.onMessage(peer, MessageCodec.decode(ByteBufUtil.getBytes(frame)));
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    streams.onInactive(peer, context.channel());
    context.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    boolean malformed =
        cause instanceof MalformedMessageException || cause instanceof DecoderException;
    streams.onError(peer, malformed, cause);
    context.close();
  }
}
