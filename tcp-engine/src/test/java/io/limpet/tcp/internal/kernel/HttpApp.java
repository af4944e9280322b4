package io.limpet.tcp.internal.kernel;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpChunkedInput;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerExpectContinueHandler;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.stream.ChunkedStream;
import io.netty.handler.stream.ChunkedWriteHandler;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Netty's HTTP server with something to download, whole or in chunks, and which says the hash of
 * what is uploaded.
 */
final class HttpApp extends ChannelInitializer<Channel> {
  private final byte[] whole;
  private final AtomicInteger connections = new AtomicInteger();

  HttpApp(byte[] download) {
    this.whole = download;
  }

  int connections() {
    return connections.get();
  }

  @Override
  protected void initChannel(Channel channel) {
    connections.incrementAndGet();
    channel
        .pipeline()
        .addLast(
            new HttpServerCodec(),
            new HttpServerKeepAliveHandler(),
            new HttpServerExpectContinueHandler(),
            new ChunkedWriteHandler(),
            new Answers(whole));
  }

  /** What each request gets. */
  private static final class Answers extends SimpleChannelInboundHandler<HttpObject> {
    private final byte[] whole;
    private final MessageDigest digest = Streams.digest();
    private HttpMethod method = HttpMethod.GET;
    private String uri = "";

    Answers(byte[] whole) {
      this.whole = whole;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) {
      if (part instanceof HttpRequest request) {
        method = request.method();
        uri = request.uri();
      }
      if (part instanceof HttpContent content) {
        for (ByteBuffer bytes : content.content().nioBuffers()) {
          digest.update(bytes);
        }
      }
      if (part instanceof LastHttpContent) {
        answer(ctx);
      }
    }

    private void answer(ChannelHandlerContext ctx) {
      String sum = Streams.hex(digest);
      if (!method.equals(HttpMethod.GET)) {
        say(ctx, sum.getBytes(StandardCharsets.US_ASCII));
      } else if (uri.equals("/chunked")) {
        DefaultHttpResponse head =
            new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        HttpUtil.setTransferEncodingChunked(head, true);
        ctx.write(head);
        ctx.writeAndFlush(
            new HttpChunkedInput(new ChunkedStream(new ByteArrayInputStream(whole), 10_000)));
      } else {
        say(ctx, whole);
      }
    }

    private static void say(ChannelHandlerContext ctx, byte[] body) {
      DefaultFullHttpResponse response =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.wrappedBuffer(body));
      response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
      ctx.writeAndFlush(response);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
