package io.limpet.link.internal.os.linkd.client;

import io.limpet.link.LinkPrivileges.Operation;
import io.limpet.link.internal.os.LinkControl.Outcome;
import io.limpet.link.internal.os.linkd.wire.LinkdCodec;
import io.limpet.link.internal.os.linkd.wire.LinkdFrames;
import io.limpet.link.internal.os.linkd.wire.LinkdMessage;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to the daemon: found, kept alive, and found again with back-off. On the event loop, which
 * it never blocks.
 */
final class LinkdConnection {
  private static final Logger LOG = LoggerFactory.getLogger(LinkdConnection.class);
  private static final long FIRST_BACKOFF_MS = 200;
  private static final long MAX_BACKOFF_MS = 5_000;
  private static final long REFUSED_BACKOFF_MS = 60_000;
  private static final long TICK_MS = 1_000;
  private static final long PING_EVERY_NS = TimeUnit.SECONDS.toNanos(30);
  private static final long ANSWER_WITHIN_NS = TimeUnit.SECONDS.toNanos(3);
  private static final long HOOK_WITHIN_NS = TimeUnit.SECONDS.toNanos(65);
  private static final int MAX_WAITING = 64;

  private final EventLoop loop;
  private final Path socket;
  private final Runnable onNews;
  private final Map<Integer, Waiting> waiting = new HashMap<>();
  private @Nullable Channel channel;
  private @Nullable Future<?> ticker;
  private LinkdMessage.@Nullable Welcome welcome;
  private String state = "linkd has not been asked yet";
  private long backoffMs = FIRST_BACKOFF_MS;
  private long lastReadNs;
  private long lastPingNs;
  private int lastId;
  private boolean closed;

  private record Waiting(CompletableFuture<Outcome> later, long untilNs) {}

  LinkdConnection(EventLoop loop, Path socket, Runnable onNews) {
    this.loop = loop;
    this.socket = socket;
    this.onNews = onNews;
  }

  Set<Operation> granted() {
    return welcome == null ? Set.of() : welcome.operations();
  }

  List<String> interfaces() {
    return welcome == null ? List.of() : welcome.interfaces();
  }

  /** Returns one short sentence on how it stands. */
  String state() {
    return state;
  }

  void connect() {
    if (closed) {
      return;
    }
    new Bootstrap()
        .group(loop)
        .channel(EpollDomainSocketChannel.class)
        .handler(new Answers())
        .connect(new DomainSocketAddress(socket.toFile()))
        .addListener(
            done -> {
              if (!done.isSuccess()) {
                become("no linkd at " + socket + " (" + reason(done.cause()) + ")");
                tryAgain();
              }
            });
  }

  private static String reason(Throwable cause) {
    String text = String.valueOf(cause.getMessage());
    // "connect(..) failed with error(-2): No such file or directory: /run/…"
    String[] parts = text.split(": ", 3);
    return parts.length > 1 ? parts[1] : text;
  }

  private void tryAgain() {
    if (!closed) {
      loop.schedule(this::connect, backoffMs, TimeUnit.MILLISECONDS);
      backoffMs = Math.min(MAX_BACKOFF_MS, 2 * backoffMs);
    }
  }

  private void become(String newState) {
    if (!newState.equals(state)) {
      state = newState;
      LOG.info("{}", newState);
    }
  }

  /** Asks; the real outcome comes later. */
  Outcome ask(IntFunction<LinkdMessage.Request> request) {
    Channel to = channel;
    if (to == null || welcome == null || !to.isActive()) {
      return new Outcome(false, "linkd is not there");
    }
    if (waiting.size() >= MAX_WAITING) {
      return new Outcome(false, "busy", "too many questions wait for linkd");
    }
    int id = ++lastId;
    LinkdMessage.Request message = request.apply(id);
    CompletableFuture<Outcome> later = new CompletableFuture<>();
    long withinNs = message instanceof LinkdMessage.RunHook ? HOOK_WITHIN_NS : ANSWER_WITHIN_NS;
    waiting.put(id, new Waiting(later, now() + withinNs));
    send(to, message);
    return new Outcome(true, "asked linkd", "asked linkd at " + socket, later);
  }

  private static void send(Channel to, LinkdMessage message) {
    to.writeAndFlush(Unpooled.wrappedBuffer(LinkdCodec.write(message)));
  }

  private long now() {
    return loop.ticker().nanoTime();
  }

  /** Keeps the connection alive, and finds out when nobody is at the other end any more. */
  private void tick() {
    Channel to = channel;
    if (to == null) {
      return;
    }
    long nowNs = now();
    boolean overdue =
        waiting.values().stream().anyMatch(one -> nowNs - one.untilNs() >= 0)
            || nowNs - lastReadNs > 2 * PING_EVERY_NS + ANSWER_WITHIN_NS
            || (welcome == null && nowNs - lastReadNs > ANSWER_WITHIN_NS);
    if (overdue) {
      become("linkd at " + socket + " does not answer");
      to.close();
    } else if (welcome != null && nowNs - lastPingNs >= PING_EVERY_NS) {
      lastPingNs = nowNs;
      send(to, new LinkdMessage.Ping());
    }
  }

  private void onMessage(LinkdMessage message) {
    if (message instanceof LinkdMessage.Welcome hello
        && welcome == null
        && hello.version() == LinkdMessage.VERSION) {
      welcome = hello;
      backoffMs = FIRST_BACKOFF_MS;
      become("linkd at " + socket + " does it on " + String.join(", ", hello.interfaces()));
      onNews.run();
    } else if (message instanceof LinkdMessage.Told told) {
      Waiting one = waiting.remove(told.id());
      if (one != null) {
        one.later().complete(new Outcome(told.done(), told.word(), told.detail()));
        onNews.run();
      }
    } else if (message instanceof LinkdMessage.Refused refused) {
      become("linkd at " + socket + " refuses: " + refused.why());
      backoffMs = REFUSED_BACKOFF_MS;
    }
  }

  private void onGone() {
    boolean wasThere = welcome != null;
    channel = null;
    welcome = null;
    Future<?> ticking = ticker;
    if (ticking != null) {
      ticking.cancel(false);
      ticker = null;
    }
    if (wasThere && !closed) {
      become("linkd at " + socket + " has gone away");
    }
    List<Waiting> left = List.copyOf(waiting.values());
    waiting.clear();
    for (Waiting one : left) {
      one.later().complete(new Outcome(false, "no answer", "linkd went away before it answered"));
    }
    if (!closed && (wasThere || !left.isEmpty())) {
      onNews.run();
    }
    tryAgain();
  }

  void close() {
    closed = true;
    Channel open = channel;
    if (open != null) {
      open.close();
    }
  }

  private final class Answers extends ChannelInboundHandlerAdapter {
    private final LinkdFrames frames = new LinkdFrames();

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      if (closed || !isRoots(ctx.channel())) {
        ctx.close();
        return;
      }
      channel = ctx.channel();
      lastReadNs = now();
      lastPingNs = now();
      ticker = loop.scheduleAtFixedRate(() -> tick(), TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
      send(ctx.channel(), new LinkdMessage.Greet(LinkdMessage.VERSION, LinkdMessage.VERSION));
    }

    /** Whatever a program that is not root's promises, it cannot do. */
    private boolean isRoots(Channel connected) {
      try {
        if (((EpollDomainSocketChannel) connected).peerCredentials().uid() == 0) {
          return true;
        }
      } catch (IOException e) {
        LOG.debug("the kernel does not say who listens", e);
      }
      become("what listens on " + socket + " is not root's");
      backoffMs = REFUSED_BACKOFF_MS;
      return false;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ByteBuf bytes = (ByteBuf) msg;
      try {
        lastReadNs = now();
        if (!frames.feed(bytes.nioBuffer(), message -> onMessage(message))) {
          become("what listens on " + socket + " does not speak the protocol of linkd");
          ctx.close();
        }
      } finally {
        bytes.release();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      onGone();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
