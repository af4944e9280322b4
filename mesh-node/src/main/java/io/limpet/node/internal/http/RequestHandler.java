package io.limpet.node.internal.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the requests of one connection. */
final class RequestHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);

  private final Map<String, Supplier<HttpAnswer>> pages;

  RequestHandler(Map<String, Supplier<HttpAnswer>> pages) {
    this.pages = pages;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
    HttpAnswer refusal = RequestRules.refusal(request);
    HttpAnswer answer = refusal != null ? refusal : page(request.uri());
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(answer.status()),
            Unpooled.wrappedBuffer(body));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, answer.contentType())
        .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
        .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
        .set(HttpHeaderNames.CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'")
        .set("x-content-type-options", "nosniff")
        .set("referrer-policy", "no-referrer")
        .set("cross-origin-resource-policy", "same-origin");
    // Whoever asked wrongly is not worth waiting for.
    boolean goesOn = refusal == null && HttpUtil.isKeepAlive(request);
    HttpUtil.setKeepAlive(response, goesOn);
    var written = ctx.writeAndFlush(response);
    if (!goesOn) {
      written.addListener(ChannelFutureListener.CLOSE);
    }
  }

  private HttpAnswer page(String uri) {
    Supplier<HttpAnswer> page = find(uri);
    if (page == null) {
      return HttpAnswer.line(404, "nothing is here");
    }
    try {
      return page.get();
    } catch (RuntimeException e) {
      LOG.warn("a page failed", e);
      return HttpAnswer.line(500, "this went wrong; the node's output says how");
    }
  }

  private @Nullable Supplier<HttpAnswer> find(String uri) {
    try {
      return pages.get(new QueryStringDecoder(uri).path());
    } catch (IllegalArgumentException e) {
      return null; // an escape that is none
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("a client of HTTP: {}", cause.toString());
    ctx.close();
  }
}
