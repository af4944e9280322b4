package io.limpet.node.internal.files;

import io.limpet.link.MeshAddress;
import io.limpet.node.internal.files.FileEvent.Change;
import io.limpet.node.internal.files.FileProtocol.Verdict;
import io.limpet.node.internal.streams.Places;
import io.limpet.node.internal.streams.WhoMay;
import io.limpet.presence.Person;
import io.limpet.presence.Roster;
import io.limpet.tcp.MeshChannelOption;
import io.limpet.tcp.MeshTcp;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes files of peers into one folder while it is open. Confined to the files' loop. */
final class Receiver implements Download.Desk {
  private static final int BACKLOG = 16;
  private static final int MAX_AT_ONCE = 8;
  private static final int MAX_CONNECTIONS = 32;
  private static final int MAX_OF_PEER = 8;
  private static final long BETWEEN_REFUSALS_NS = 1_000_000_000L;

  /** A sender that vanished is noticed though nothing is due from this side. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(30);

  private final Roster roster;
  private final Inbox inbox;
  private final WhoMay from;
  private final long maxSize;
  private final Consumer<FileEvent> tell;
  private final Map<String, Download> active = new HashMap<>();
  private final Places connections = new Places(MAX_CONNECTIONS, MAX_OF_PEER);
  private @Nullable Channel listener;
  private long lastRefusalNs = System.nanoTime() - BETWEEN_REFUSALS_NS;

  /**
   * Takes files.
   *
   * @param maxSize in bytes
   */
  Receiver(Roster roster, Inbox inbox, WhoMay from, long maxSize, Consumer<FileEvent> tell) {
    this.roster = roster;
    this.inbox = inbox;
    this.from = from;
    this.maxSize = maxSize;
    this.tell = tell;
  }

  CompletableFuture<Void> listen(EventLoop loop, MeshTcp tcp, MeshAddress self) {
    CompletableFuture<Void> bound = new CompletableFuture<>();
    new ServerBootstrap()
        .group(loop)
        .channelFactory(tcp.serverChannels())
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .childOption(ChannelOption.SO_KEEPALIVE, true)
        .childOption(MeshChannelOption.KEEP_ALIVE_TIME, KEEP_ALIVE)
        .childHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel child) {
                accept(child);
              }
            })
        .bind(self.at(FileProtocol.PORT))
        .addListener(
            (ChannelFutureListener)
                done -> {
                  if (done.isSuccess()) {
                    listener = done.channel();
                    bound.complete(null);
                  } else {
                    bound.completeExceptionally(done.cause());
                  }
                });
    return bound;
  }

  private void accept(Channel child) {
    MeshAddress peer = MeshAddress.of(((InetSocketAddress) child.remoteAddress()).getAddress());
    if (!connections.take(peer)) {
      child.close();
      return;
    }
    child.closeFuture().addListener(closed -> connections.give(peer));
    child.pipeline().addLast(new Download(peer, inbox, this));
  }

  /** Takes no more; what is on its way is broken off, and can be gone on with. */
  void close() {
    Channel listening = listener;
    if (listening != null) {
      listening.close();
    }
    List.copyOf(active.values()).forEach(Download::abandon);
  }

  @Override
  public Verdict admit(Download download, MeshAddress peer, Offer offer, String id) {
    if (!from.admits(roster, peer)) {
      return Verdict.NOT_ALLOWED;
    }
    if (offer.size() > maxSize) {
      return Verdict.TOO_LARGE;
    }
    // The newest connection wins: the one before may be the ghost of a sender that crashed.
    Download before = active.get(id);
    if (before != null) {
      before.abandon();
    }
    if (active.size() >= MAX_AT_ONCE) {
      return Verdict.BUSY;
    }
    active.put(id, download);
    return Verdict.GO;
  }

  @Override
  public void over(Download download) {
    active.values().remove(download);
  }

  /** Strangers may be refused as often as they like, and are told of once a second. */
  private boolean isTooSoon() {
    long nowNs = System.nanoTime();
    if (nowNs - lastRefusalNs < BETWEEN_REFUSALS_NS) {
      return true;
    }
    lastRefusalNs = nowNs;
    return false;
  }

  @Override
  public void tell(
      Change change, MeshAddress peer, Offer offer, String file, long bytes, @Nullable String why) {
    if (change == Change.REFUSED && isTooSoon()) {
      return;
    }
    String name = roster.person(peer).map(Person::name).orElse(peer.shortForm());
    tell.accept(new FileEvent(change, peer, name, file, offer.size(), bytes, why));
  }
}
