package io.limpet.node.internal.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the requests of one connection, one after the other. */
final class RequestHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);

  private final Routes routes;
  private final AtomicInteger streams;
  private @Nullable Future<?> deadline;
  private boolean answering;

  /**
   * Answers one connection.
   *
   * @param streams how many event streams there are on all connections
   */
  RequestHandler(Routes routes, AtomicInteger streams) {
    this.routes = routes;
    this.streams = streams;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    expectRequest(ctx);
  }

  /** One request and its answer have so long, however they trickle. */
  private void expectRequest(ChannelHandlerContext ctx) {
    forgetDeadline();
    Runnable letGo = ctx::close;
    deadline = ctx.executor().schedule(letGo, LocalHttp.DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  private void forgetDeadline() {
    Future<?> current = deadline;
    if (current != null) {
      current.cancel(false);
      deadline = null;
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
    if (answering) {
      // No browser and no collector asks before it has its answer.
      ctx.close();
      return;
    }
    answering = true;
    HttpAnswer refusal = RequestRules.refusal(request);
    if (refusal != null) {
      // Whoever asked wrongly is not worth waiting for.
      answer(ctx, refusal, false);
      return;
    }
    boolean goesOn = HttpUtil.isKeepAlive(request);
    routes
        .reply(request)
        .thenAccept(
            reply -> {
              if (ctx.executor().inEventLoop()) {
                reply(ctx, reply, goesOn);
              } else {
                ctx.executor().execute(() -> reply(ctx, reply, goesOn));
              }
            });
  }

  private void reply(ChannelHandlerContext ctx, HttpReply reply, boolean goesOn) {
    if (reply instanceof HttpAnswer answer) {
      answer(ctx, answer, goesOn);
    } else if (reply instanceof EventStream stream) {
      stream(ctx, stream);
    }
  }

  private void answer(ChannelHandlerContext ctx, HttpAnswer answer, boolean goesOn) {
    byte[] body = answer.body().toArray();
    HttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(answer.status()),
            Unpooled.wrappedBuffer(body));
    strict(response.headers())
        .set(HttpHeaderNames.CONTENT_TYPE, answer.contentType())
        .set(HttpHeaderNames.CONTENT_LENGTH, body.length);
    answer.headers().forEach((name, value) -> response.headers().set(name, value));
    HttpUtil.setKeepAlive(response, goesOn);
    answering = false;
    ChannelFuture written = ctx.writeAndFlush(response);
    if (goesOn) {
      written.addListener(done -> expectRequest(ctx));
    } else {
      written.addListener(ChannelFutureListener.CLOSE);
    }
  }

  private void stream(ChannelHandlerContext ctx, EventStream stream) {
    if (streams.incrementAndGet() > LocalHttp.MAX_STREAMS) {
      streams.decrementAndGet();
      answer(ctx, HttpAnswer.line(503, "too many listen already: close a window"), false);
      return;
    }
    ctx.channel().closeFuture().addListener(closed -> streams.decrementAndGet());
    forgetDeadline();
    HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    strict(response.headers())
        .set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8")
        .set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    ctx.writeAndFlush(response);
    stream.opened().accept(EventSink.on(ctx.channel()));
  }

  /** What a browser may do with any answer: nothing, unless the answer itself says so. */
  private static HttpHeaders strict(HttpHeaders headers) {
    return headers
        .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
        .set(
            HttpHeaderNames.CONTENT_SECURITY_POLICY,
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
        .set("x-content-type-options", "nosniff")
        .set("referrer-policy", "no-referrer")
        .set("cross-origin-opener-policy", "same-origin")
        .set("cross-origin-resource-policy", "same-origin");
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    forgetDeadline();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("a client of HTTP: {}", cause.toString());
    ctx.close();
  }
}
