package io.limpet.tcp.internal.netty;

import io.limpet.link.LinkEvent;
import io.limpet.link.LinkListener;
import io.limpet.link.MeshAddress;
import io.limpet.link.MeshDatagrams;
import io.limpet.link.Protocol;
import io.limpet.link.SendOutcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Ticker;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A mesh inside of one JVM: links on event loops, with faults from a seed. Datagrams between two
 * links keep their order unless jitter is set.
 */
public final class FakeMesh {

  private final Map<MeshAddress, Link> links = new ConcurrentHashMap<>();
  private final long seed;

  volatile double lossRate;
  volatile double duplicateRate;
  volatile long delayNs;
  volatile long jitterNs;
  volatile int maxPayloadBytes = 1300;

  public FakeMesh(long seed) {
    this.seed = seed;
  }

  /** Sets how large a datagram may be. */
  public void setMaxPayloadBytes(int bytes) {
    maxPayloadBytes = bytes;
  }

  /** Sets the share of datagrams that are lost. */
  public void setLossRate(double rate) {
    lossRate = rate;
  }

  public static MeshAddress address(int number) {
    return new MeshAddress(0x2001_0020_0000_0000L, number);
  }

  public Link join(int number, EventLoop loop) {
    Link link = new Link(address(number), loop, new Random(seed * 31 + number));
    links.put(link.localAddress(), link);
    return link;
  }

  /** A node's place in the mesh. */
  public final class Link implements MeshDatagrams {
    private final MeshAddress address;
    private final EventLoop loop;
    private final Ticker ticker;
    private final Random random;
    private final Map<Protocol, Receiver> receivers = new EnumMap<>(Protocol.class);
    private final List<LinkListener> listeners = new CopyOnWriteArrayList<>();
    private final Map<MeshAddress, List<ByteBuf>> outgoing = new LinkedHashMap<>();

    /** Drops everything that this link sends or is sent, as if it were out of reach. */
    public volatile boolean silent;

    /** So many sends from now on find no capacity. */
    final AtomicInteger refusals = new AtomicInteger();

    final AtomicInteger datagramsSent = new AtomicInteger();

    /** The size of the first datagram sent, 0 if there was none. */
    final AtomicInteger firstDatagramBytes = new AtomicInteger();

    final AtomicInteger flushes = new AtomicInteger();
    final AtomicInteger dropped = new AtomicInteger();

    private Link(MeshAddress address, EventLoop loop, Random random) {
      this.address = address;
      this.loop = loop;
      this.ticker = TcpDriver.tickerOf(loop);
      this.random = random;
    }

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
      return maxPayloadBytes;
    }

    @Override
    public SendOutcome send(MeshAddress peer, Protocol protocol, ByteBuf payload) {
      assertInLoop();
      try {
        if (!links.containsKey(peer)) {
          return SendOutcome.UNKNOWN_PEER;
        }
        if (payload.readableBytes() > maxPayloadBytes) {
          return SendOutcome.TOO_LARGE;
        }
        if (refusals.get() > 0 && refusals.decrementAndGet() >= 0) {
          return SendOutcome.NO_CAPACITY;
        }
        datagramsSent.incrementAndGet();
        firstDatagramBytes.compareAndSet(0, payload.readableBytes());
        if (silent || random.nextDouble() < lossRate) {
          dropped.incrementAndGet();
          return SendOutcome.SENT;
        }
        outgoing.computeIfAbsent(peer, p -> new ArrayList<>()).add(Unpooled.copiedBuffer(payload));
        if (random.nextDouble() < duplicateRate) {
          outgoing.get(peer).add(Unpooled.copiedBuffer(payload));
        }
        return SendOutcome.SENT;
      } finally {
        payload.release();
      }
    }

    @Override
    public void flush() {
      assertInLoop();
      flushes.incrementAndGet();
      outgoing.forEach(
          (peer, datagrams) -> {
            Link to = links.get(peer);
            if (to != null) {
              ship(to, datagrams);
            }
          });
      outgoing.clear();
    }

    private void ship(Link to, List<ByteBuf> datagrams) {
      if (jitterNs > 0) {
        for (ByteBuf datagram : datagrams) {
          long afterNs = delayNs + (long) (random.nextDouble() * jitterNs);
          to.loop.schedule(
              () -> to.deliver(address, List.of(datagram)), afterNs, TimeUnit.NANOSECONDS);
        }
      } else if (delayNs > 0) {
        to.loop.schedule(() -> to.deliver(address, datagrams), delayNs, TimeUnit.NANOSECONDS);
      } else {
        to.loop.execute(() -> to.deliver(address, datagrams));
      }
    }

    private void deliver(MeshAddress from, List<ByteBuf> datagrams) {
      Receiver receiver = receivers.get(Protocol.TCP);
      if (receiver == null || silent) {
        return;
      }
      long ingressNs = ticker.nanoTime();
      for (ByteBuf datagram : datagrams) {
        receiver.onDatagram(from, datagram, ingressNs);
      }
      receiver.onBatchComplete();
    }

    @Override
    public void setReceiver(Protocol protocol, Receiver receiver) {
      assertInLoop();
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

    int listenerCount() {
      return listeners.size();
    }

    /** Lets something happen on the link. */
    void tell(LinkEvent event) {
      Runnable tellAll = () -> listeners.forEach(listener -> listener.onEvent(event));
      if (loop.inEventLoop()) {
        tellAll.run();
      } else {
        loop.submit(tellAll).syncUninterruptibly();
      }
    }

    private void assertInLoop() {
      if (!loop.inEventLoop()) {
        throw new AssertionError("called outside of the event loop");
      }
    }
  }
}
