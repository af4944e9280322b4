package io.limpet.presence.internal.chat;

import io.limpet.presence.PlainPerson;
import io.limpet.presence.internal.xmpp.ChatStream;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets of chat without a server: others' streams are taken, and our lines said, on one
 * thread of its own. Safe for any thread.
 */
public final class ChatSockets implements AutoCloseable {
  /** Most streams of others at one time. */
  static final int MAX_STREAMS = 64;

  /** Most streams of one address: a person has one, and a new one when they start anew. */
  static final int MAX_STREAMS_OF_ADDRESS = 4;

  /** Most lines of one stream in {@link #WINDOW_NS}; whoever says more is cut off. */
  static final int MAX_LINES = 60;

  static final long WINDOW_NS = TimeUnit.SECONDS.toNanos(10);

  private static final int BACKLOG = 64;
  private static final long CLOSE_MS = 1_000;

  private static final Logger log = LoggerFactory.getLogger(ChatSockets.class);

  private final MultiThreadIoEventLoopGroup group;
  private final EventLoop loop;
  private final Owner owner;
  private final Channel server;
  private final Caller caller;
  private final Map<InetAddress, Integer> streams = new HashMap<>();
  private int streamCount;
  private final AtomicLong refused = new AtomicLong();

  /** Whom the sockets serve. Called on their thread; must not block. */
  public interface Owner {
    /** Returns by which identifier we are announced at an address of ours. */
    String self(InetAddress local);

    /** Says whether a connection is of one of the networks in use. */
    boolean isOnLink(InetAddress local, InetAddress remote);

    /** Returns whose stream this is. */
    Optional<PlainPerson> whoIs(String claimed, InetAddress from);

    /** Somebody said a line. */
    void onSaid(PlainPerson person, String line);
  }

  private ChatSockets(Owner owner) throws IOException {
    this.owner = owner;
    this.group =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("limpet-chat", true), NioIoHandler.newFactory());
    this.loop = group.next();
    this.caller = new Caller(loop, owner::self);
    var bound =
        new ServerBootstrap()
            .group(loop, loop)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WriteBufferWaterMark.DEFAULT)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    onAccepted(channel);
                  }
                })
            .bind(0)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      group.shutdownGracefully(0, CLOSE_MS, TimeUnit.MILLISECONDS);
      throw new IOException("no port can be listened at", bound.cause());
    }
    this.server = bound.channel();
  }

  /** Listens at a port that the system chooses. Blocks for a moment. */
  public static ChatSockets open(Owner owner) throws IOException {
    return new ChatSockets(owner);
  }

  /** Returns the port. */
  public int port() {
    return ((InetSocketAddress) server.localAddress()).getPort();
  }

  /** Returns how many streams were not taken, or cut off. */
  public long refused() {
    return refused.get();
  }

  /**
   * Says a line.
   *
   * @param id who it is for, as they are announced
   * @param where tried one after the other until one is connected
   * @param line went through {@link io.limpet.presence.internal.xmpp.Xmpp#line}
   * @return completes, on the sockets' thread, when it is read; else fails with a {@link
   *     io.limpet.presence.PlainChatException}
   */
  public CompletionStage<Void> say(String id, List<InetSocketAddress> where, String line) {
    CompletableFuture<Void> said = new CompletableFuture<>();
    try {
      loop.execute(() -> caller.say(id, where, line, said));
    } catch (RejectedExecutionException e) {
      said.completeExceptionally(
          new io.limpet.presence.PlainChatException("the node has stopped", e));
    }
    return said;
  }

  private void onAccepted(SocketChannel channel) {
    InetAddress remote = channel.remoteAddress().getAddress();
    int ofAddress = streams.getOrDefault(remote, 0);
    if (streamCount >= MAX_STREAMS
        || ofAddress >= MAX_STREAMS_OF_ADDRESS
        || !owner.isOnLink(channel.localAddress().getAddress(), remote)) {
      refused.incrementAndGet();
      channel.close();
      return;
    }
    streamCount++;
    streams.put(remote, ofAddress + 1);
    channel
        .closeFuture()
        .addListener(
            gone -> {
              streamCount--;
              streams.computeIfPresent(remote, (a, count) -> count == 1 ? null : count - 1);
            });
    channel
        .pipeline()
        .addLast(
            new StreamHandler(
                (local, nowNs) -> ChatStream.from(owner.self(local), nowNs),
                new Conversation(remote)));
  }

  /** What somebody else has begun. */
  private final class Conversation implements StreamHandler.Owner {
    private final InetAddress remote;
    private Optional<PlainPerson> person = Optional.empty();
    private long windowNs;
    private int lines;

    Conversation(InetAddress remote) {
      this.remote = remote;
    }

    @Override
    public void onEvent(ChannelHandlerContext context, ChatStream stream, ChatStream.Event event) {
      long nowNs = StreamHandler.nowNs(context);
      if (event instanceof ChatStream.Event.Opened opened) {
        person = owner.whoIs(opened.from(), remote);
        if (person.isPresent()) {
          stream.accept(opened.from(), nowNs);
        } else {
          drop(context, "nobody who is announced there");
        }
      } else if (event instanceof ChatStream.Event.Said said) {
        if (person.isPresent() && isWithinPace(nowNs)) {
          owner.onSaid(person.get(), said.text());
        } else if (person.isPresent()) {
          person = Optional.empty();
          drop(context, "too many lines");
        }
      } else if (event instanceof ChatStream.Event.Failed failed && failed.hostile()) {
        drop(context, failed.reason());
      }
    }

    private boolean isWithinPace(long nowNs) {
      if (lines == 0 || nowNs - windowNs >= WINDOW_NS) {
        windowNs = nowNs;
        lines = 0;
      }
      return ++lines <= MAX_LINES;
    }

    private void drop(ChannelHandlerContext context, String why) {
      refused.incrementAndGet();
      log.debug("a chat stream from {} is dropped: {}", remote, why);
      context.close();
    }
  }

  /** Hangs up, and lets go of port and thread within a second. */
  @Override
  public void close() {
    try {
      loop.execute(caller::close);
    } catch (RejectedExecutionException e) {
      return; // Closed before.
    }
    group.shutdownGracefully(0, CLOSE_MS, TimeUnit.MILLISECONDS);
  }
}
