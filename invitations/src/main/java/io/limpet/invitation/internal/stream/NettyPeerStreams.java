package io.limpet.invitation.internal.stream;

import io.limpet.invitation.internal.wire.Message;
import io.limpet.link.MeshAddress;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Streams over Netty channels, one per pair of people as a rule. When both open at once there are
 * two and each side sends on the newest it has; a third replaces the oldest, so that a dead one
 * never keeps a new one out.
 *
 * <p>Confined to the event loop.
 */
public final class NettyPeerStreams implements PeerStreams {
  private static final Logger LOG = LoggerFactory.getLogger(NettyPeerStreams.class);
  private static final long MIN_BACKOFF_MS = 100;
  private static final long MAX_BACKOFF_MS = 2_000;
  private static final int CONNECT_TIMEOUT_MS = 10_000;
  private static final int STREAMS_PER_PEER = 2;
  private static final int MAX_STREAMS = 512;

  /** Beyond this the other end does not read; far above what the windows let out. */
  private static final int MAX_PENDING_BYTES = 8 << 20;

  private static final class Peer {
    /** Active channels, the newest last. */
    final ArrayDeque<Channel> channels = new ArrayDeque<>(STREAMS_PER_PEER + 1);

    boolean connecting;

    /** The channel that is connecting: what it is given now goes along with its request. */
    @Nullable Channel opening;

    /** Something that was sent may be lost, and is to be sent again when there is a stream. */
    boolean lost;

    long backoffMs = MIN_BACKOFF_MS;
    @Nullable ScheduledFuture<?> retry;
  }

  private final EventLoop loop;
  private final StreamTransport transport;
  private final Predicate<MeshAddress> isReachable;
  private final RandomGenerator random;
  private final Map<MeshAddress, Peer> peers = new HashMap<>();
  private final Map<StreamCounter, Long> counters = new EnumMap<>(StreamCounter.class);
  private final List<Channel> unflushed = new ArrayList<>();
  private @Nullable Listener listener;
  private @Nullable ChannelFuture server;
  private int streams;
  private boolean closed;

  /**
   * Makes streams that neither listen nor connect yet.
   *
   * @param isReachable says whether trying again is worth it, or an event should be awaited
   */
  public NettyPeerStreams(
      EventLoop loop,
      StreamTransport transport,
      Predicate<MeshAddress> isReachable,
      RandomGenerator random) {
    this.loop = loop;
    this.transport = transport;
    this.isReachable = isReachable;
    this.random = random;
  }

  @Override
  public void start(Listener theListener) {
    listener = theListener;
    server =
        transport.bind(
            new ServerBootstrap()
                .group(loop)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark())
                .childHandler(
                    new ChannelInitializer<Channel>() {
                      @Override
                      protected void initChannel(Channel channel) {
                        accept(channel);
                      }
                    }));
  }

  /** Returns what became of listening; call after {@link #start}. */
  public ChannelFuture listening() {
    if (server == null) {
      throw new IllegalStateException("not started");
    }
    return server;
  }

  /** Returns a counter. */
  public long count(StreamCounter counter) {
    return counters.getOrDefault(counter, 0L);
  }

  /** Returns the number of open streams with a person. */
  public int streams(MeshAddress peer) {
    Peer known = peers.get(peer);
    return known == null ? 0 : known.channels.size();
  }

  @Override
  public void send(MeshAddress peer, Message message) {
    Peer known = peers.computeIfAbsent(peer, p -> new Peer());
    Channel channel = known.channels.peekLast();
    if (channel == null) {
      connect(peer, known);
      sendAhead(known, message);
      return;
    }
    if (!channel.isWritable()) {
      raise(StreamCounter.STALLED);
      LOG.debug("{} does not read: stream closed", peer);
      channel.close();
      return;
    }
    write(channel, message);
    if (!unflushed.contains(channel)) {
      unflushed.add(channel);
      if (unflushed.size() == 1) {
        // What this turn of the loop says goes out together at its end, with no timer.
        loop.execute(this::flush);
      }
    }
  }

  /** Not flushed: it goes with the request for the stream, or as soon as that is answered. */
  private void sendAhead(Peer known, Message message) {
    Channel opening = known.opening;
    if (opening != null && opening.isWritable()) {
      write(opening, message);
    } else {
      known.lost = true;
    }
  }

  private void write(Channel channel, Message message) {
    raise(StreamCounter.MESSAGES_OUT);
    channel.write(FrameHandler.frame(channel.alloc(), message));
  }

  @Override
  public void onReachable(MeshAddress peer) {
    Peer known = peers.computeIfAbsent(peer, p -> new Peer());
    known.backoffMs = MIN_BACKOFF_MS;
    if (known.retry != null) {
      known.retry.cancel(false);
      known.retry = null;
    }
    if (known.channels.isEmpty() && hasWork(peer)) {
      connectAgain(peer, known);
    }
    forgetIdle(peer, known);
  }

  @Override
  public void close() {
    closed = true;
    if (server != null) {
      server.channel().close();
    }
    for (Peer peer : List.copyOf(peers.values())) {
      if (peer.retry != null) {
        peer.retry.cancel(false);
      }
      List.copyOf(peer.channels).forEach(Channel::close);
    }
  }

  void onActive(MeshAddress peer, Channel channel) {
    if (closed) {
      channel.close();
      return;
    }
    Peer known = peers.computeIfAbsent(peer, p -> new Peer());
    streams++;
    known.channels.addLast(channel);
    if (known.channels.size() > STREAMS_PER_PEER) {
      known.channels.getFirst().close();
    }
    if (channel == known.opening) {
      known.opening = null;
      channel.flush();
    } else {
      known.lost = true;
    }
    if (known.lost) {
      known.lost = false;
      later(peer);
    }
  }

  void onMessage(MeshAddress peer, Message message) {
    if (closed || listener == null) {
      return;
    }
    raise(StreamCounter.MESSAGES_IN);
    Peer known = peers.get(peer);
    if (known != null) {
      // Only a stream that works ends the back-off: one that opens and dies does not.
      known.backoffMs = MIN_BACKOFF_MS;
    }
    listener.onMessage(peer, message);
  }

  void onInactive(MeshAddress peer, Channel channel) {
    unflushed.remove(channel);
    Peer known = peers.get(peer);
    if (known == null || !known.channels.remove(channel)) {
      return;
    }
    streams--;
    if (closed) {
      return;
    }
    if (known.channels.isEmpty()) {
      known.lost = true;
      retryLater(peer, known);
    } else {
      // What went with the dead one is sent again on the one that is left.
      later(peer);
    }
  }

  void onError(MeshAddress peer, boolean malformed, Throwable cause) {
    raise(malformed ? StreamCounter.MALFORMED : StreamCounter.BROKEN);
    LOG.debug("stream with {} closed: {}", peer, cause.toString());
  }

  private void accept(Channel channel) {
    Optional<MeshAddress> peer = transport.identify(channel);
    if (closed || peer.isEmpty() || streams >= MAX_STREAMS) {
      raise(StreamCounter.TURNED_AWAY);
      channel.close();
      return;
    }
    raise(StreamCounter.ACCEPTED);
    FrameHandler.install(channel.pipeline(), this, peer.get());
  }

  private void connect(MeshAddress peer, Peer known) {
    if (closed || known.connecting || known.retry != null) {
      return;
    }
    known.connecting = true;
    ChannelHandler pipeline =
        new ChannelInitializer<Channel>() {
          @Override
          protected void initChannel(Channel channel) {
            FrameHandler.install(channel.pipeline(), NettyPeerStreams.this, peer);
          }
        };
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .disableResolver()
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark())
            .handler(pipeline);
    ChannelFuture connected = transport.connect(bootstrap, peer);
    known.opening = connected.channel();
    connected.addListener(future -> onConnected(peer, known, future.cause()));
  }

  /** Connects not for the sake of a message at hand, but of what may have been lost. */
  private void connectAgain(MeshAddress peer, Peer known) {
    known.lost = true;
    connect(peer, known);
  }

  private void onConnected(MeshAddress peer, Peer known, @Nullable Throwable failure) {
    known.connecting = false;
    if (failure == null) {
      raise(StreamCounter.OPENED);
      return;
    }
    known.opening = null;
    known.lost = true;
    raise(StreamCounter.FAILED);
    LOG.debug("no stream to {}: {}", peer, failure.toString());
    if (known.channels.isEmpty()) {
      retryLater(peer, known);
    }
  }

  private void retryLater(MeshAddress peer, Peer known) {
    if (closed || known.connecting || known.retry != null) {
      return;
    }
    if (!hasWork(peer) || !isReachable.test(peer)) {
      forgetIdle(peer, known);
      return;
    }
    long delayMs = known.backoffMs * 3 / 4 + random.nextLong(known.backoffMs / 2 + 1);
    known.backoffMs = Math.min(2 * known.backoffMs, MAX_BACKOFF_MS);
    known.retry =
        loop.schedule(
            () -> {
              known.retry = null;
              if (known.channels.isEmpty() && hasWork(peer)) {
                connectAgain(peer, known);
              }
              forgetIdle(peer, known);
            },
            delayMs,
            TimeUnit.MILLISECONDS);
  }

  /** Tells the listener in a turn of its own: it may be in the midst of sending. */
  private void later(MeshAddress peer) {
    loop.execute(
        () -> {
          if (!closed && listener != null && streams(peer) > 0) {
            listener.onReady(peer);
          }
        });
  }

  private void flush() {
    List<Channel> channels = List.copyOf(unflushed);
    unflushed.clear();
    channels.forEach(Channel::flush);
  }

  private boolean hasWork(MeshAddress peer) {
    return listener != null && listener.hasWork(peer);
  }

  private void forgetIdle(MeshAddress peer, Peer known) {
    if (known.channels.isEmpty() && !known.connecting && known.retry == null) {
      peers.remove(peer, known);
    }
  }

  private void raise(StreamCounter counter) {
    counters.merge(counter, 1L, Long::sum);
  }

  private static WriteBufferWaterMark waterMark() {
    return new WriteBufferWaterMark(MAX_PENDING_BYTES / 2, MAX_PENDING_BYTES);
  }
}
