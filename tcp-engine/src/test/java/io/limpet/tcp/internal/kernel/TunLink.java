package io.limpet.tcp.internal.kernel;

import io.limpet.link.LinkListener;
import io.limpet.link.MeshAddress;
import io.limpet.link.MeshDatagrams;
import io.limpet.link.Protocol;
import io.limpet.link.SendOutcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.AbstractScheduledEventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import io.netty.util.concurrent.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A link whose one peer is the kernel behind a TUN device: what a node's TCP needs to speak to
 * programs that know nothing of a mesh. Confined to its event loop, which runs epoll.
 */
final class TunLink implements MeshDatagrams, AutoCloseable {
  private static final int SAFE_BYTES = 1232;

  /** What the device takes less the header of IPv6. */
  private static final int LARGEST_BYTES = 1460;

  private final IoEventLoop loop;
  private final Ticker ticker;
  private final TunAir air;
  private final IoRegistration registration;
  private Receiver receiver = (from, payload, ingressNs) -> {};
  private @Nullable ScheduledFuture<?> timer;
  private long timerNs;
  private boolean closed;

  private TunLink(IoEventLoop loop, Tun tun, TunAir air) {
    this.loop = loop;
    this.ticker = ((AbstractScheduledEventExecutor) loop).ticker();
    this.air = air;
    registration = loop.register(new Handle(tun.fd())).syncUninterruptibly().getNow();
    registration.submit(EpollIoOps.EPOLLIN);
  }

  /** Opens a link on the device, with what lies between the two. Not on the event loop. */
  static TunLink open(IoEventLoop loop, Tun tun, TunAir air) {
    return new TunLink(loop, tun, air);
  }

  @Override
  public EventLoop eventLoop() {
    return loop;
  }

  @Override
  public MeshAddress localAddress() {
    return TunAir.ENGINE;
  }

  @Override
  public int maxPayloadBytes(MeshAddress peer) {
    return SAFE_BYTES;
  }

  @Override
  public int largestPayloadBytes(MeshAddress peer) {
    return LARGEST_BYTES;
  }

  @Override
  public SendOutcome send(MeshAddress peer, Protocol protocol, ByteBuf payload) {
    try {
      if (!peer.equals(TunAir.KERNEL)) {
        return SendOutcome.UNKNOWN_PEER;
      }
      if (payload.readableBytes() > LARGEST_BYTES) {
        return SendOutcome.TOO_LARGE;
      }
      air.transmit(ticker.nanoTime(), payload.nioBuffer());
      return SendOutcome.SENT;
    } finally {
      payload.release();
    }
  }

  @Override
  public void flush() {
    deliverToKernel();
    arm();
  }

  @Override
  public void setReceiver(Protocol protocol, Receiver newReceiver) {
    receiver = newReceiver;
  }

  @Override
  public void addListener(LinkListener listener) {
    // Nothing ever happens on this link.
  }

  @Override
  public void removeListener(LinkListener listener) {
    // None was kept.
  }

  private void onReadable() {
    air.receive(ticker.nanoTime());
    deliver();
  }

  private void onTimer() {
    timer = null;
    deliver();
  }

  private void deliver() {
    if (closed) {
      return;
    }
    deliverToKernel();
    long nowNs = ticker.nanoTime();
    boolean any = air.deliverToEngine(nowNs, segment -> hand(segment, nowNs));
    if (any) {
      receiver.onBatchComplete();
    }
    arm();
  }

  private void hand(ByteBuffer segment, long nowNs) {
    receiver.onDatagram(TunAir.KERNEL, Unpooled.wrappedBuffer(segment), nowNs);
  }

  private void deliverToKernel() {
    try {
      air.deliverToKernel(ticker.nanoTime());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void arm() {
    long nextNs = air.nextNs();
    ScheduledFuture<?> current = timer;
    if (nextNs == Long.MAX_VALUE || closed || (current != null && timerNs - nextNs <= 0)) {
      return;
    }
    if (current != null) {
      current.cancel(false);
    }
    timerNs = nextNs;
    long delayNs = Math.max(0, nextNs - ticker.nanoTime());
    timer = loop.schedule(this::onTimer, delayNs, TimeUnit.NANOSECONDS);
  }

  /** Leaves the device, which is the owner's to close. Not on the event loop. */
  @Override
  public void close() {
    loop.submit(
            () -> {
              // What is still on its way, a reset for instance, arrives.
              deliverToKernel();
              closed = true;
              registration.cancel();
            })
        .syncUninterruptibly();
  }

  /** The device's place on the event loop. */
  private final class Handle implements EpollIoHandle {
    private final FileDescriptor fd;

    Handle(int fd) {
      this.fd = new FileDescriptor(fd);
    }

    @Override
    public FileDescriptor fd() {
      return fd;
    }

    @Override
    public void handle(IoRegistration source, IoEvent event) {
      onReadable();
    }

    @Override
    public void close() {
      // The descriptor is not the handle's.
    }
  }
}
