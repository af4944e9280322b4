package io.limpet.invitation.internal.service;

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
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Links inside of one JVM, in real time, that lose what they are told to lose. */
final class Air {
  private final Map<MeshAddress, Link> links = new ConcurrentHashMap<>();
  private final Random random;
  volatile double lossRate;
  volatile boolean silent;

  Air(long seed) {
    random = new Random(seed);
  }

  Link join(Identity self, EventLoop loop) {
    Link link = new Link(self, loop);
    links.put(self.address(), link);
    return link;
  }

  /** The silence is over, and everybody hears of it. */
  void comeBack() {
    silent = false;
    for (Link link : links.values()) {
      for (MeshAddress peer : links.keySet()) {
        if (!peer.equals(link.localAddress())) {
          link.tell(new LinkEvent.PeerReachable(peer, "heard again"));
        }
      }
    }
  }

  private synchronized boolean loses() {
    return silent || random.nextDouble() < lossRate;
  }

  final class Link implements MeshLink {
    private final Identity self;
    private final EventLoop loop;
    private final Map<Protocol, Receiver> receivers = new ConcurrentHashMap<>();
    private final List<LinkListener> listeners = new CopyOnWriteArrayList<>();

    private Link(Identity self, EventLoop loop) {
      this.self = self;
      this.loop = loop;
    }

    void tell(LinkEvent event) {
      loop.execute(() -> listeners.forEach(l -> l.onEvent(event)));
    }

    int listenerCount() {
      return listeners.size();
    }

    @Override
    public EventLoop eventLoop() {
      return loop;
    }

    @Override
    public MeshAddress localAddress() {
      return self.address();
    }

    @Override
    public int maxPayloadBytes(MeshAddress peer) {
      return 1300;
    }

    @Override
    public SendOutcome send(MeshAddress peer, Protocol protocol, ByteBuf payload) {
      try {
        Link to = links.get(peer);
        if (to == null) {
          return SendOutcome.UNKNOWN_PEER;
        }
        if (!loses()) {
          ByteBuf copy = Unpooled.copiedBuffer(payload);
          to.loop.schedule(
              () -> to.deliver(self.address(), protocol, copy), 2, TimeUnit.MILLISECONDS);
        }
        return SendOutcome.SENT;
      } finally {
        payload.release();
      }
    }

    private void deliver(MeshAddress from, Protocol protocol, ByteBuf payload) {
      Receiver receiver = receivers.get(protocol);
      if (receiver != null) {
        receiver.onDatagram(from, payload, loop.ticker().nanoTime());
        receiver.onBatchComplete();
      }
    }

    @Override
    public void flush() {}

    @Override
    public void setReceiver(Protocol protocol, Receiver receiver) {
      receivers.put(protocol, receiver);
    }

    @Override
    public void addListener(LinkListener listener) {
      listeners.add(listener);
    }

    @Override
    public void removeListener(LinkListener listener) {
      listeners.remove(listener);
    }

    @Override
    public long epoch() {
      return self.epoch();
    }

    @Override
    public String nickname() {
      return self.name();
    }

    @Override
    public Bytes signingKey() {
      return Bytes.EMPTY;
    }

    @Override
    public void setAnnouncement(Bytes announcement) {}

    @Override
    public CompletionStage<List<PeerReport>> peers() {
      return CompletableFuture.completedFuture(List.of());
    }

    @Override
    public CompletionStage<Optional<PeerReport>> peer(MeshAddress address) {
      return CompletableFuture.completedFuture(Optional.empty());
    }

    @Override
    public List<LinkInterface> interfaces() {
      return List.of();
    }

    @Override
    public CompletionStage<Void> shutdown() {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {}
  }
}
