package io.limpet.presence;

import io.limpet.link.Bytes;
import io.limpet.link.LinkEvent;
import io.limpet.link.LinkInterface;
import io.limpet.link.LinkListener;
import io.limpet.link.MeshAddress;
import io.limpet.link.MeshLink;
import io.limpet.link.PeerReport;
import io.limpet.link.Protocol;
import io.limpet.link.SendOutcome;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** A link without a network: its interfaces, peers and events are what the test says. */
public final class FakeLink implements MeshLink {
  private final EventLoop loop;
  private final MeshAddress address;
  private final String nickname;
  private final long epoch;
  private final List<LinkListener> listeners = new CopyOnWriteArrayList<>();
  private final List<Bytes> announcements = new CopyOnWriteArrayList<>();
  private volatile List<LinkInterface> interfaces = List.of();
  private volatile List<PeerReport> peers = List.of();

  /** Makes a link on an event loop. */
  public FakeLink(EventLoop loop, MeshAddress address, String nickname, long epoch) {
    this.loop = loop;
    this.address = address;
    this.nickname = nickname;
    this.epoch = epoch;
  }

  /** Tells the listeners of an event, on the event loop. */
  public void emit(LinkEvent event) {
    loop.execute(() -> listeners.forEach(listener -> listener.onEvent(event)));
  }

  /** Sets the interfaces. */
  public void setInterfaces(List<LinkInterface> now) {
    interfaces = List.copyOf(now);
  }

  /** Sets the peers that are known already. */
  public void setPeers(List<PeerReport> now) {
    peers = List.copyOf(now);
  }

  /** Returns every announcement so far. */
  public List<Bytes> announcements() {
    return announcements;
  }

  /** Returns how many listeners there are. */
  public int listenerCount() {
    return listeners.size();
  }

  @Override
  public long epoch() {
    return epoch;
  }

  @Override
  public String nickname() {
    return nickname;
  }

  @Override
  public Bytes signingKey() {
    return Samples.key(address);
  }

  @Override
  public void setAnnouncement(Bytes announcement) {
    announcements.add(announcement);
  }

  @Override
  public CompletionStage<List<PeerReport>> peers() {
    return CompletableFuture.completedFuture(peers);
  }

  @Override
  public CompletionStage<Optional<PeerReport>> peer(MeshAddress peer) {
    return CompletableFuture.completedFuture(
        peers.stream().filter(report -> report.info().address().equals(peer)).findFirst());
  }

  @Override
  public List<LinkInterface> interfaces() {
    return interfaces;
  }

  @Override
  public CompletionStage<Void> shutdown() {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void close() {}

  @Override
  public EventLoop eventLoop() {
    return loop;
  }

  @Override
  public MeshAddress localAddress() {
    return address;
  }

  @Override
  public int maxPayloadBytes(MeshAddress peer) {
    return 1200;
  }

  @Override
  public SendOutcome send(MeshAddress peer, Protocol protocol, ByteBuf payload) {
    payload.release();
    return SendOutcome.UNKNOWN_PEER;
  }

  @Override
  public void flush() {}

  @Override
  public void setReceiver(Protocol protocol, Receiver receiver) {}

  @Override
  public void addListener(LinkListener listener) {
    assertOnLoop();
    listeners.add(listener);
  }

  @Override
  public void removeListener(LinkListener listener) {
    assertOnLoop();
    listeners.remove(listener);
  }

  private void assertOnLoop() {
    if (!loop.inEventLoop()) {
      throw new AssertionError("called off the event loop");
    }
  }
}
