package io.limpet.tcp.internal.clients;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerExpectContinueHandler;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslContext;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Netty's HTTP server: says back what it was sent, and to {@code /mute} nothing at all. */
final class HttpEcho extends ChannelInitializer<Channel> {

  /** More than any test sends. */
  private static final int MAX_BODY_BYTES = 64 << 20;

  private final @Nullable SslContext tls;

  /** How many connections were made. */
  final AtomicInteger connections = new AtomicInteger();

  HttpEcho(@Nullable SslContext tls) {
    this.tls = tls;
  }

  @Override
  protected void initChannel(Channel channel) {
    connections.incrementAndGet();
    if (tls != null) {
      channel.pipeline().addLast(tls.newHandler(channel.alloc()));
    }
    channel
        .pipeline()
        .addLast(
            new HttpServerCodec(),
            new HttpServerKeepAliveHandler(),
            new HttpServerExpectContinueHandler(),
            new HttpObjectAggregator(MAX_BODY_BYTES),
            new Answer());
  }

  private static final class Answer extends SimpleChannelInboundHandler<FullHttpRequest> {
    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
      if (request.uri().equals("/mute")) {
        return;
      }
      byte[] greeting = ("you asked for " + request.uri()).getBytes(StandardCharsets.UTF_8);
      DefaultFullHttpResponse response =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1,
              HttpResponseStatus.OK,
              request.content().isReadable()
                  ? request.content().retain()
                  : Unpooled.wrappedBuffer(greeting));
      response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
      ctx.writeAndFlush(response);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      // A client that has had enough.
      ctx.close();
    }
  }
}
