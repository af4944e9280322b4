package io.limpet.link.internal.runtime;

import io.limpet.link.Carrier;
import io.limpet.link.LinkInterface;
import io.limpet.link.VirtualRadio;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The two carriers of a virtual radio. Confined to the event loop, but for what the radio hands
 * over: that waits in a bounded queue, as it would in a socket's buffer.
 */
final class RadioPorts implements InterfacePorts {
  private static final int QUEUE_DATAGRAMS = 1024;
  private static final int READS_AT_ONCE = 32;
  private static final VirtualRadio.Receiver NOBODY = (from, multicast, datagram) -> {};

  /** What waits to be read. */
  private static final class Arrival {
    private final Inet4Address from;
    private final boolean toAll;
    private final byte[] datagram;

    Arrival(Inet4Address from, boolean toAll, byte[] datagram) {
      this.from = from;
      this.toAll = toAll;
      this.datagram = datagram;
    }
  }

  private final EventLoop loop;
  private final CarrierPort.Listener listener;
  private final int groupPort;
  private final VirtualRadio radio;
  private final RadioPort unicast;
  private final RadioPort multicast;
  private final BlockingQueue<Arrival> arrived = new ArrayBlockingQueue<>(QUEUE_DATAGRAMS);
  private final AtomicBoolean readPlanned = new AtomicBoolean();
  private boolean open;

  RadioPorts(
      EventLoop loop,
      CarrierPort.Listener listener,
      int groupPort,
      int interfaceIndex,
      VirtualRadio radio) {
    this.loop = loop;
    this.listener = listener;
    this.groupPort = groupPort;
    this.radio = radio;
    this.unicast = new RadioPort(Carrier.UNICAST_IPV4, interfaceIndex);
    this.multicast = new RadioPort(Carrier.MULTICAST_IPV4, interfaceIndex);
  }

  @Override
  public boolean update(LinkInterface nif) {
    if (!open) {
      open = true;
      radio.listen(this::onArrival);
    }
    return true;
  }

  /** On the radio's thread. */
  private void onArrival(Inet4Address from, boolean toAll, byte[] datagram) {
    if (datagram.length <= radio.mtuBytes()
        && arrived.offer(new Arrival(from, toAll, datagram))
        && readPlanned.compareAndSet(false, true)) {
      planRead();
    }
  }

  private void planRead() {
    try {
      loop.execute(this::read);
    } catch (RejectedExecutionException e) {
      arrived.clear(); // the link has closed meanwhile
    }
  }

  private void read() {
    for (int i = 0; i < READS_AT_ONCE && open; i++) {
      Arrival next = arrived.poll();
      if (next == null) {
        break;
      }
      hand(next);
    }
    if (open) {
      listener.onReadComplete();
    } else {
      arrived.clear();
    }
    readPlanned.set(false);
    // What came since then has not planned a read of its own.
    if (!arrived.isEmpty() && readPlanned.compareAndSet(false, true)) {
      planRead();
    }
  }

  private void hand(Arrival next) {
    ByteBuf datagram = PooledByteBufAllocator.DEFAULT.directBuffer(next.datagram.length);
    try {
      datagram.writeBytes(next.datagram);
      listener.onDatagram(
          next.toAll ? multicast : unicast, new InetSocketAddress(next.from, groupPort), datagram);
    } finally {
      datagram.release();
    }
  }

  @Override
  public @Nullable CarrierPort get(Carrier carrier) {
    if (!open) {
      return null;
    }
    return switch (carrier) {
      case UNICAST_IPV4 -> unicast;
      case MULTICAST_IPV4 -> multicast;
      case UNICAST_IPV6, MULTICAST_IPV6 -> null;
    };
  }

  @Override
  public Set<Carrier> carriers() {
    return open ? Set.of(Carrier.UNICAST_IPV4, Carrier.MULTICAST_IPV4) : Set.of();
  }

  @Override
  public int unicastPort() {
    return groupPort;
  }

  @Override
  public List<InetAddress> addresses() {
    return List.of(radio.address());
  }

  @Override
  public long bitsPerSecond() {
    return 0;
  }

  @Override
  public List<String> problems() {
    return List.of();
  }

  @Override
  public boolean hearsItself() {
    return false; // a radio delivers to every other, never to itself
  }

  @Override
  public void drop(Carrier carrier) {
    // There is no group that a radio could leave and join.
  }

  @Override
  public boolean forget(CarrierPort port) {
    return false;
  }

  @Override
  public void flush() {
    // What is sent is with the radio already.
  }

  @Override
  public void closeAll() {
    if (open) {
      open = false;
      radio.listen(NOBODY);
      arrived.clear();
    }
  }

  private final class RadioPort implements CarrierPort {
    private final Carrier carrier;
    private final int interfaceIndex;

    RadioPort(Carrier carrier, int interfaceIndex) {
      this.carrier = carrier;
      this.interfaceIndex = interfaceIndex;
    }

    @Override
    public Carrier carrier() {
      return carrier;
    }

    @Override
    public int interfaceIndex() {
      return interfaceIndex;
    }

    @Override
    public boolean send(@Nullable InetSocketAddress destination, ByteBuf datagram) {
      try {
        if (destination == null) {
          radio.multicast(ByteBufUtil.getBytes(datagram));
          return true;
        }
        if (destination.getAddress() instanceof Inet4Address to) {
          radio.unicast(to, ByteBufUtil.getBytes(datagram));
          return true;
        }
        return false;
      } finally {
        datagram.release();
      }
    }
  }
}
