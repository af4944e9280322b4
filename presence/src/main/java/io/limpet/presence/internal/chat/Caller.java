package io.limpet.presence.internal.chat;

import io.limpet.presence.PlainChatException;
import io.limpet.presence.internal.xmpp.ChatStream;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Says lines to people: a stream for each, one at a time to a person, so that they arrive in order
 * and the end of the stream says that the line was read. Confined to its loop.
 */
final class Caller {
  /** Most lines that wait for one person. */
  static final int MAX_WAITING = 32;

  /** Most people who are called at one time. */
  static final int MAX_CALLS = 32;

  private static final int CONNECT_MS = 3_000;

  private final EventLoop loop;
  private final Function<InetAddress, String> self;
  private final Map<String, Deque<Call>> calls = new HashMap<>();
  private final Set<Channel> channels = new HashSet<>();
  private boolean closed;

  private record Call(
      String id, Iterator<InetSocketAddress> where, String line, CompletableFuture<Void> said) {}

  Caller(EventLoop loop, Function<InetAddress, String> self) {
    this.loop = loop;
    this.self = self;
  }

  /** Says a line; completes when it is read, or fails. */
  void say(String id, List<InetSocketAddress> where, String line, CompletableFuture<Void> said) {
    Deque<Call> waiting = calls.get(id);
    if (closed) {
      said.completeExceptionally(new PlainChatException("the node has stopped"));
    } else if (waiting == null && calls.size() >= MAX_CALLS) {
      said.completeExceptionally(new PlainChatException("too many people are called already"));
    } else if (waiting != null && waiting.size() >= MAX_WAITING) {
      said.completeExceptionally(
          new PlainChatException("too many lines wait for " + id + " already"));
    } else {
      Call call = new Call(id, where.iterator(), line, said);
      if (waiting == null) {
        waiting = new ArrayDeque<>();
        calls.put(id, waiting);
        waiting.add(call);
        connect(call, "they have no address on our networks");
      } else {
        waiting.add(call);
      }
    }
  }

  private void connect(Call call, String otherwise) {
    if (!call.where().hasNext()) {
      finish(call, otherwise);
      return;
    }
    InetSocketAddress where = call.where().next();
    ChannelFuture connecting =
        new Bootstrap()
            .group(loop)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MS)
            .option(ChannelOption.TCP_NODELAY, true)
            .handler(
                new StreamHandler(
                    (local, nowNs) -> ChatStream.to(self.apply(local), call.id(), nowNs),
                    (context, stream, event) -> onEvent(context, stream, event, call)))
            .connect(where);
    Channel channel = connecting.channel();
    channels.add(channel);
    channel.closeFuture().addListener(gone -> channels.remove(channel));
    connecting.addListener(
        connected -> {
          if (!connected.isSuccess()) {
            connect(call, "their program does not answer at " + where);
          }
        });
  }

  private void onEvent(
      ChannelHandlerContext context, ChatStream stream, ChatStream.Event event, Call call) {
    if (event instanceof ChatStream.Event.Opened) {
      stream.say(call.line());
      stream.close(StreamHandler.nowNs(context));
    } else if (event instanceof ChatStream.Event.Closed) {
      finish(call, null);
    } else if (event instanceof ChatStream.Event.Failed failed) {
      finish(call, failed.reason());
    }
    // What they say on it is not read: they have our end, and say the next on one of their own.
  }

  private void finish(Call call, @Nullable String failure) {
    if (failure == null) {
      call.said().complete(null);
    } else {
      call.said()
          .completeExceptionally(
              new PlainChatException(call.id() + " was not reached: " + failure));
    }
    Deque<Call> waiting = calls.get(call.id());
    if (waiting == null || !call.equals(waiting.peek())) {
      return; // Closed meanwhile.
    }
    waiting.remove();
    Call next = waiting.peek();
    if (next == null) {
      calls.remove(call.id());
    } else {
      connect(next, "they have no address on our networks");
    }
  }

  void close() {
    closed = true;
    List<Deque<Call>> all = List.copyOf(calls.values());
    calls.clear();
    PlainChatException reason = new PlainChatException("the node has stopped");
    all.forEach(waiting -> waiting.forEach(call -> call.said().completeExceptionally(reason)));
    Set.copyOf(channels).forEach(Channel::close);
  }
}
