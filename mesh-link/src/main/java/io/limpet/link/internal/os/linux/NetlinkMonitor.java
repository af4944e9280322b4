package io.limpet.link.internal.os.linux;

import io.limpet.link.LinkInterface;
import io.limpet.link.internal.os.LinkDetail;
import io.limpet.link.internal.os.NeighbourEntry;
import io.limpet.link.internal.os.NetworkMonitor;
import io.limpet.link.internal.os.jna.ErrnoException;
import io.limpet.link.internal.os.jna.NativeSocket;
import io.limpet.link.internal.os.jna.SocketAddresses;
import io.limpet.link.internal.os.netlink.NetlinkMessage;
import io.limpet.link.internal.os.netlink.RouteCodec;
import io.limpet.link.internal.os.netlink.RouteMessage;
import io.limpet.link.internal.os.portable.NetworkTable;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the kernel's own tables: one dump, then its notifications; another dump when
 * notifications were lost. Confined to an epoll event loop.
 *
 * <p>Only the kernel and processes with CAP_NET_ADMIN can send to the socket, so what it says is
 * believed; it is still read as if it were not well-formed.
 */
public final class NetlinkMonitor implements NetworkMonitor {
  private static final Logger LOG = LoggerFactory.getLogger(NetlinkMonitor.class);

  private static final int GROUP_LINK = 1;
  private static final int GROUP_NEIGH = 1 << 2;
  private static final int GROUP_IPV4_IFADDR = 1 << 4;
  private static final int GROUP_IPV6_IFADDR = 1 << 8;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVBUF = 8;
  private static final int RECEIVE_BUFFER_BYTES = 1 << 20;
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int MAX_READS_PER_WAKEUP = 64;
  private static final int START_TIMEOUT_MS = 2_000;
  private static final int RESYNC_TIMEOUT_MS = 200;
  private static final long RESYNC_SPACING_MS = 100;

  private final IoEventLoop eventLoop;
  private final NetworkTable table = new NetworkTable();
  private final NetlinkClient client;
  private final NativeSocket subscription;
  private final Subscription handle;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private KernelTables kernel = new KernelTables();
  private @Nullable Future<IoRegistration> registration;
  private boolean resyncDue;
  private long resyncs;
  private boolean closed;

  /**
   * Opens the sockets; {@link #start} does the rest.
   *
   * @param eventLoop one that runs epoll
   * @throws ErrnoException when this process may not use rtnetlink
   */
  public NetlinkMonitor(IoEventLoop eventLoop) throws ErrnoException {
    this(eventLoop, RECEIVE_BUFFER_BYTES);
  }

  NetlinkMonitor(IoEventLoop eventLoop, int receiveBufferBytes) throws ErrnoException {
    this.eventLoop = eventLoop;
    subscription =
        NativeSocket.open(NativeSocket.AF_NETLINK, NativeSocket.SOCK_RAW, NetlinkClient.ROUTE);
    try {
      client = new NetlinkClient(NetlinkClient.ROUTE);
    } catch (ErrnoException e) {
      subscription.close();
      throw e;
    }
    handle = new Subscription(new FileDescriptor(subscription.fd()));
    try {
      subscription.setOption(SOL_SOCKET, SO_RCVBUF, receiveBufferBytes);
      // Some sandboxes grant the socket and refuse the question: better known now than at the
      // start.
      client.dump(RouteCodec::dumpLinks, message -> {}, START_TIMEOUT_MS);
    } catch (ErrnoException e) {
      close();
      throw e;
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException off the event loop, when started twice, or when the kernel does
   *     not answer
   */
  @Override
  public void start(Listener listener) {
    if (!eventLoop.inEventLoop() || registration != null || closed) {
      throw new IllegalStateException("start once, on the event loop");
    }
    try {
      // Subscribed before the dump: a change between the two is then told rather than lost.
      subscription.bind(
          SocketAddresses.netlink(
              GROUP_LINK | GROUP_NEIGH | GROUP_IPV4_IFADDR | GROUP_IPV6_IFADDR));
      dump(START_TIMEOUT_MS);
    } catch (ErrnoException e) {
      throw new IllegalStateException("the kernel does not tell its interfaces", e);
    }
    table.listen(listener);
    registration = eventLoop.register(handle);
    registration.addListener(
        (Future<IoRegistration> future) -> {
          if (future.isSuccess()) {
            future.getNow().submit(EpollIoOps.EPOLLIN);
          } else if (!closed) {
            LOG.warn("network changes will not be seen", future.cause());
          }
        });
  }

  @Override
  public List<LinkInterface> interfaces() {
    return table.interfaces();
  }

  @Override
  public Optional<NeighbourEntry> neighbour(int interfaceIndex, InetAddress ip) {
    return table.neighbour(interfaceIndex, ip);
  }

  @Override
  public boolean seesNeighbours() {
    return true;
  }

  @Override
  public LinkDetail detail(int interfaceIndex) {
    return table.detail(interfaceIndex);
  }

  /** Returns how often notifications were lost and the tables were dumped anew. */
  public long resyncs() {
    return resyncs;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    table.listen(null);
    Future<IoRegistration> registered = registration;
    if (registered != null && registered.isSuccess()) {
      // The descriptor leaves epoll before its number can be given to another file.
      registered.getNow().cancel();
    }
    subscription.close();
    client.close();
  }

  private void dump(int timeoutMs) throws ErrnoException {
    KernelTables fresh = new KernelTables();
    List<NeighbourEntry> neighbours = new ArrayList<>();
    Consumer<NetlinkMessage> collect =
        message -> {
          RouteMessage what = RouteCodec.decode(message);
          if (what instanceof RouteMessage.Neighbour neighbour) {
            neighbours.add(entry(neighbour));
          } else if (what != null) {
            fresh.take(what);
          }
        };
    client.dump(RouteCodec::dumpLinks, collect, timeoutMs);
    client.dump(RouteCodec::dumpAddresses, collect, timeoutMs);
    client.dump(RouteCodec::dumpNeighbours, collect, timeoutMs);
    kernel = fresh;
    Set<Integer> indexes = Set.copyOf(kernel.indexes());
    table.retain(indexes);
    indexes.forEach(this::refresh);
    table.replaceNeighbours(neighbours);
  }

  private void onReadable() {
    try {
      for (int i = 0; i < MAX_READS_PER_WAKEUP && !closed; i++) {
        buffer.clear();
        int read = handle.fd.read(buffer, 0, buffer.capacity());
        if (read <= 0) {
          return;
        }
        if (!NetlinkMessage.forEach(buffer.limit(read), this::onMessage)) {
          scheduleResync();
        }
      }
    } catch (Errors.NativeIoException e) {
      if (e.expectedErr() == -ErrnoException.ENOBUFS) {
        scheduleResync();
      } else {
        LOG.warn("network changes are no longer seen", e);
        close();
      }
    } catch (IOException e) {
      LOG.warn("network changes are no longer seen", e);
      close();
    }
  }

  private void onMessage(NetlinkMessage message) {
    if (message.isOverrun()) {
      scheduleResync();
      return;
    }
    RouteMessage what = RouteCodec.decode(message);
    if (what instanceof RouteMessage.Neighbour neighbour) {
      if (neighbour.removed()) {
        table.removeNeighbour(neighbour.interfaceIndex(), neighbour.ip());
      } else {
        table.putNeighbour(entry(neighbour));
      }
    } else if (what != null) {
      kernel.take(what);
      refresh(what.interfaceIndex());
    }
  }

  /** Lost notifications come in bursts: one dump at the end of the spacing answers for all. */
  private void scheduleResync() {
    if (resyncDue) {
      return;
    }
    resyncDue = true;
    Future<?> unused = eventLoop.schedule(this::resync, RESYNC_SPACING_MS, TimeUnit.MILLISECONDS);
  }

  private void resync() {
    resyncDue = false;
    if (closed) {
      return;
    }
    try {
      dump(RESYNC_TIMEOUT_MS);
      resyncs++;
    } catch (ErrnoException e) {
      LOG.info("network tables cannot be read anew yet: {}", e.getMessage());
      scheduleResync();
    }
  }

  private void refresh(int index) {
    LinkInterface view = kernel.view(index);
    if (view == null) {
      table.remove(index);
    } else {
      table.put(view, kernel.detail(index));
    }
  }

  private static NeighbourEntry entry(RouteMessage.Neighbour neighbour) {
    return new NeighbourEntry(
        neighbour.interfaceIndex(), neighbour.ip(), neighbour.mac(), neighbour.state());
  }

  /** The place of the subscription on the event loop. */
  private final class Subscription implements EpollIoHandle {
    private final FileDescriptor fd;

    Subscription(FileDescriptor fd) {
      this.fd = fd;
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
      NetlinkMonitor.this.close();
    }
  }
}
