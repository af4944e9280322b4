package io.limpet.link.internal.os.linkd.daemon;

import io.limpet.link.internal.os.LinkControl.Outcome;
import io.limpet.link.internal.os.linkd.wire.LinkdCodec;
import io.limpet.link.internal.os.linkd.wire.LinkdFrames;
import io.limpet.link.internal.os.linkd.wire.LinkdMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** One client that may ask. On the event loop. */
final class LinkdSession extends ChannelInboundHandlerAdapter {
  private static final long GREET_WITHIN_NS = TimeUnit.SECONDS.toNanos(2);
  private static final long SILENT_FOR_NS = TimeUnit.SECONDS.toNanos(90);

  private final LinkdServer server;
  private final Client who;
  private final Channel channel;
  private final LinkdFrames frames = new LinkdFrames();
  private boolean greeted;
  private boolean closing;
  private long lastReadNs;

  LinkdSession(LinkdServer server, Client who, Channel channel, long nowNs) {
    this.server = server;
    this.who = who;
    this.channel = channel;
    this.lastReadNs = nowNs;
  }

  Client who() {
    return who;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object msg) {
    ByteBuf bytes = (ByteBuf) msg;
    try {
      lastReadNs = server.now();
      if (!closing && !frames.feed(bytes.nioBuffer(), this::onMessage)) {
        malformed();
      }
    } finally {
      bytes.release();
    }
  }

  private void onMessage(LinkdMessage message) {
    if (closing) {
      return;
    }
    if (!greeted) {
      greet(message);
    } else if (message instanceof LinkdMessage.Request request) {
      carryOut(request);
    } else if (message instanceof LinkdMessage.Ping) {
      send(new LinkdMessage.Pong());
    } else {
      malformed();
    }
  }

  private void greet(LinkdMessage message) {
    if (!(message instanceof LinkdMessage.Greet greet)) {
      malformed();
      return;
    }
    if (greet.lowest() > LinkdMessage.VERSION || greet.highest() < LinkdMessage.VERSION) {
      refuse("this linkd speaks version " + LinkdMessage.VERSION + " only");
      return;
    }
    greeted = true;
    List<String> interfaces = server.interfaces();
    send(new LinkdMessage.Welcome(LinkdMessage.VERSION, server.operations().granted(), interfaces));
  }

  private void carryOut(LinkdMessage.Request request) {
    Outcome outcome = server.operations().carryOut(server.now(), who, request);
    CompletionStage<Outcome> later = outcome.later();
    if (later == null) {
      tell(request, outcome);
    } else {
      var unused = later.thenAccept(end -> tell(request, end));
    }
  }

  private void tell(LinkdMessage.Request request, Outcome outcome) {
    server.onOutcome(who, request, outcome);
    send(new LinkdMessage.Told(request.id(), outcome.done(), outcome.word(), outcome.detail()));
  }

  private void send(LinkdMessage message) {
    if (closing || !channel.isActive()) {
      return;
    }
    channel.writeAndFlush(Unpooled.wrappedBuffer(LinkdCodec.write(message)));
    if (!channel.isWritable()) {
      // Whoever asks and does not listen must not fill this process's memory.
      close();
    }
  }

  private void refuse(String why) {
    closing = true;
    channel
        .writeAndFlush(Unpooled.wrappedBuffer(LinkdCodec.write(new LinkdMessage.Refused(why))))
        .addListener(ChannelFutureListener.CLOSE);
  }

  private void malformed() {
    server.onMalformed(who);
    close();
  }

  private void close() {
    closing = true;
    channel.close();
  }

  /** Ends a session that has nothing to say. */
  void sweep(long nowNs) {
    if (nowNs - lastReadNs > (greeted ? SILENT_FOR_NS : GREET_WITHIN_NS)) {
      close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    server.onClosed(this);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    // A client that dies with data in flight; its connection is of no more use.
    close();
  }
}
