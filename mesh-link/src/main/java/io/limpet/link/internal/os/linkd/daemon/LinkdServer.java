package io.limpet.link.internal.os.linkd.daemon;

import io.limpet.link.internal.os.LinkControl.Outcome;
import io.limpet.link.internal.os.jna.PeerGroups;
import io.limpet.link.internal.os.linkd.wire.LinkdCodec;
import io.limpet.link.internal.os.linkd.wire.LinkdMessage;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.PeerCredentials;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Lets clients in, and counts what is turned away. On the event loop, but for the counters. */
final class LinkdServer {
  private static final int MAX_CLIENTS = 32;
  private static final int MAX_CLIENTS_PER_USER = 8;
  private static final long TELL_EVERY_NS = TimeUnit.SECONDS.toNanos(5);

  private final EventLoop loop;
  private final Admission admission;
  private final List<String> interfaces;
  private final LinkdOperations operations;
  private final Consumer<String> log;
  private final List<LinkdSession> sessions = new ArrayList<>();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong malformed = new AtomicLong();
  private final AtomicLong done = new AtomicLong();
  private final AtomicLong denied = new AtomicLong();
  private long untold;
  private boolean toldBefore;
  private long toldNs;

  LinkdServer(
      EventLoop loop,
      Admission admission,
      List<String> interfaces,
      LinkdOperations operations,
      Consumer<String> log) {
    this.loop = loop;
    this.admission = admission;
    this.interfaces = List.copyOf(interfaces);
    this.operations = operations;
    this.log = log;
  }

  void start() {
    loop.scheduleAtFixedRate(this::sweep, 1, 1, TimeUnit.SECONDS);
  }

  long now() {
    return loop.ticker().nanoTime();
  }

  List<String> interfaces() {
    return interfaces;
  }

  LinkdOperations operations() {
    return operations;
  }

  private void sweep() {
    for (LinkdSession session : List.copyOf(sessions)) {
      session.sweep(now());
    }
  }

  /** Looks at who has connected before a byte of his is read. */
  final class Door extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      String objection;
      try {
        EpollDomainSocketChannel channel = (EpollDomainSocketChannel) ctx.channel();
        PeerCredentials peer = channel.peerCredentials();
        Client who = new Client(peer.uid(), peer.pid());
        objection = objection(who, PeerGroups.of(channel.fd().intValue(), peer.gids()));
        if (objection == null) {
          LinkdSession session = new LinkdSession(LinkdServer.this, who, channel, now());
          sessions.add(session);
          ctx.pipeline().replace(this, "session", session);
          return;
        }
        refused.incrementAndGet();
        tellSometimes("refused " + who + ": " + objection);
      } catch (IOException e) {
        refused.incrementAndGet();
        objection = "the kernel does not say who you are";
      }
      ctx.writeAndFlush(
              Unpooled.wrappedBuffer(LinkdCodec.write(new LinkdMessage.Refused(objection))))
          .addListener(ChannelFutureListener.CLOSE);
    }

    private @Nullable String objection(Client who, int[] gids) {
      if (!admission.admits(who.uid(), gids)) {
        return "user " + who.uid() + " is not among those that linkd was started for";
      }
      long ofUser = sessions.stream().filter(one -> one.who().uid() == who.uid()).count();
      return sessions.size() >= MAX_CLIENTS || ofUser >= MAX_CLIENTS_PER_USER
          ? "too many clients"
          : null;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ReferenceCountUtil.release(msg); // of one who was turned away
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }

  void onClosed(LinkdSession session) {
    sessions.remove(session);
  }

  void onMalformed(Client who) {
    malformed.incrementAndGet();
    tellSometimes("closed " + who + ": not the protocol of linkd");
  }

  void onOutcome(Client who, LinkdMessage.Request request, Outcome outcome) {
    (outcome.done() ? done : denied).incrementAndGet();
    String line = who + ": " + Words.of(request) + ": " + outcome.word() + ", " + outcome.detail();
    if (outcome.word().equals("busy")) {
      tellSometimes(line);
    } else {
      log.accept(line);
    }
  }

  /** What others can cause without end is told now and then, with the number of what was not. */
  private void tellSometimes(String line) {
    if (toldBefore && now() - toldNs < TELL_EVERY_NS) {
      untold++;
      return;
    }
    toldBefore = true;
    toldNs = now();
    log.accept(untold == 0 ? line : line + " (and " + untold + " like it before)");
    untold = 0;
  }

  Counters counters() {
    return new Counters(refused.get(), malformed.get(), done.get(), denied.get());
  }

  /** How often what happened. */
  record Counters(long refusedClients, long malformed, long done, long denied) {}
}
