package io.limpet.tcp.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A Netty HTTP client on the engine, and Python's HTTP server on the kernel's side. */
final class HttpFetch extends ChannelInitializer<Channel> {
  private final BlockingQueue<String> bodies = new LinkedBlockingQueue<>();

  private HttpFetch() {}

  /** Fetches files one after another, over one connection. */
  static void fromPython(NettyStand stand, int port, int bytes) throws Exception {
    byte[] large = stand.bytes(bytes);
    byte[] small = stand.bytes(100);
    Path first = stand.file(large);
    Path second = stand.file(small);
    try (Program python =
        Program.start(
            null,
            "python3",
            "-m",
            "http.server",
            "--protocol",
            "HTTP/1.1",
            "--bind",
            "2001:20::1",
            "--directory",
            stand.folder().toString(),
            String.valueOf(port))) {
      python.awaitListening(port);
      HttpFetch fetch = new HttpFetch();
      Channel channel = stand.connect(port, fetch);
      assertThat(fetch.get(channel, first)).isEqualTo(Streams.hash(large));
      assertThat(fetch.get(channel, second)).isEqualTo(Streams.hash(small));
      assertThat(fetch.get(channel, first)).isEqualTo(Streams.hash(large));
      channel.close().syncUninterruptibly();
    }
  }

  private String get(Channel channel, Path file) throws InterruptedException {
    DefaultFullHttpRequest request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1, HttpMethod.GET, "/" + file.getFileName(), Unpooled.EMPTY_BUFFER);
    request.headers().set(HttpHeaderNames.HOST, "kernel");
    channel.writeAndFlush(request);
    String body = bodies.poll(30, TimeUnit.SECONDS);
    return body == null ? "nothing within 30 s" : body;
  }

  @Override
  protected void initChannel(Channel channel) {
    channel.pipeline().addLast(new HttpClientCodec(), new Bodies());
  }

  /** Passes the hash of each body on. */
  private final class Bodies extends SimpleChannelInboundHandler<HttpObject> {
    private final MessageDigest digest = Streams.digest();
    private HttpResponseStatus status = HttpResponseStatus.OK;

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) {
      if (part instanceof HttpResponse response) {
        status = response.status();
      }
      if (part instanceof HttpContent content) {
        for (ByteBuffer bytes : content.content().nioBuffers()) {
          digest.update(bytes);
        }
      }
      if (part instanceof LastHttpContent) {
        String sum = Streams.hex(digest);
        bodies.add(status.equals(HttpResponseStatus.OK) ? sum : status.toString());
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      bodies.add(cause.toString());
      ctx.close();
    }
  }
}
