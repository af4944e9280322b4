package io.limpet.link.internal.runtime;

import io.limpet.link.Carrier;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.IntegerUnixChannelOption;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One UDP socket: it stands for one carrier on one interface, so that where a datagram came in says
 * how it travelled. Confined to the event loop.
 */
final class CarrierSocket implements CarrierPort {
  private static final Logger LOG = LoggerFactory.getLogger(CarrierSocket.class);

  private static final int SOCKET_BUFFER_BYTES = 4 << 20;
  private static final int SEND_QUEUE_BYTES = 2 << 20;

  /**
   * Multicast leaves at the basic rate: what waits in front of a hello must be gone in a fraction
   * of a second. A fifth of one at 6 Mbit/s, as the kernel counts.
   */
  private static final int MULTICAST_BUFFER_BYTES = 256 << 10;

  private static final int ROOM_BYTES = 64 << 10;
  private static final int RECEIVE_BYTES = 65_535;
  private static final int READS_AT_ONCE = 32;

  // Linux: the interface that unicast leaves by, without refusing what comes in by another.
  private static final IntegerUnixChannelOption IP_UNICAST_IF =
      new IntegerUnixChannelOption("LIMPET_IP_UNICAST_IF", 0, 50);
  private static final IntegerUnixChannelOption IPV6_MULTICAST_ALL =
      new IntegerUnixChannelOption("LIMPET_IPV6_MULTICAST_ALL", 41, 29);

  // Linux: never fragment, and look at the interface's MTU alone.
  private static final IntegerUnixChannelOption IP_MTU_DISCOVER =
      new IntegerUnixChannelOption("LIMPET_IP_MTU_DISCOVER", 0, 10);
  private static final IntegerUnixChannelOption IPV6_MTU_DISCOVER =
      new IntegerUnixChannelOption("LIMPET_IPV6_MTU_DISCOVER", 41, 23);
  private static final IntegerUnixChannelOption IPV6_DONTFRAG =
      new IntegerUnixChannelOption("LIMPET_IPV6_DONTFRAG", 41, 62);
  private static final int MTU_DISCOVER_PROBE = 3;

  private final Carrier carrier;
  private final int interfaceIndex;
  private final @Nullable InetSocketAddress group;
  private final DatagramChannel channel;
  private final @Nullable SegmentBatch batch;
  private final ReceiveBuffer receiveBuffer = new ReceiveBuffer(RECEIVE_BYTES, READS_AT_ONCE);
  private boolean closing;
  private boolean dirty;

  private CarrierSocket(
      Carrier carrier,
      int interfaceIndex,
      @Nullable InetSocketAddress group,
      DatagramChannel channel) {
    this.carrier = carrier;
    this.interfaceIndex = interfaceIndex;
    this.group = group;
    this.channel = channel;
    this.batch = group == null && SegmentBatch.isSupported() ? new SegmentBatch(channel) : null;
  }

  /** Opens a unicast socket; must run on the event loop. */
  static CarrierSocket openUnicast(
      EventLoop loop, boolean ipv6, int interfaceIndex, InetSocketAddress local, Listener listener)
      throws IOException {
    DatagramChannel channel = EventLoops.newChannel(ipv6);
    CarrierSocket socket = new CarrierSocket(Carrier.unicast(ipv6), interfaceIndex, null, channel);
    try {
      socket.configure();
      if (EventLoops.isEpoll()) {
        socket.forbidFragments(ipv6);
        if (!ipv6) {
          socket.optional(IP_UNICAST_IF, Integer.reverseBytes(interfaceIndex));
        }
        socket.optional(EpollChannelOption.UDP_GRO, true);
      }
      socket.start(loop, local, listener);
      return socket;
    } catch (IOException | RuntimeException e) {
      socket.closeChannel();
      throw e;
    }
  }

  /** Opens a socket that is a member of the group on one interface; must run on the event loop. */
  static CarrierSocket openMulticast(
      EventLoop loop, boolean ipv6, NetworkInterface nif, int port, Listener listener)
      throws IOException {
    DatagramChannel channel = EventLoops.newChannel(ipv6);
    InetSocketAddress group = Groups.on(ipv6, nif.getIndex(), port);
    CarrierSocket socket =
        new CarrierSocket(Carrier.multicast(ipv6), nif.getIndex(), group, channel);
    try {
      socket.configure();
      channel.config().setReuseAddress(true);
      channel.config().setNetworkInterface(nif);
      channel.config().setTimeToLive(1);
      if (EventLoops.isEpoll()) {
        socket.forbidFragments(ipv6);
        socket.optional(EpollChannelOption.IP_MULTICAST_ALL, false);
        if (ipv6) {
          socket.optional(IPV6_MULTICAST_ALL, 0);
        }
      }
      // Bound to the group, the socket never takes a unicast datagram. Elsewhere than on Linux
      // a group cannot be bound to.
      InetSocketAddress local = EventLoops.isEpoll() ? group : new InetSocketAddress(port);
      socket.start(loop, local, listener);
      done(channel.joinGroup(group.getAddress(), nif, null));
      return socket;
    } catch (IOException | RuntimeException e) {
      socket.closeChannel();
      throw e;
    }
  }

  /** EMSGSIZE, as Netty and as the JDK say it. */
  private static boolean isTooLarge(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return message.contains("error(-90)") || message.contains("Message too long");
  }

  /**
   * Fragments would pass what whole packets do not, and lose more: all sizes are to be found out by
   * probing, without the kernel's guesses of the path (RFC 8899 section 4.5).
   */
  private void forbidFragments(boolean ipv6) {
    if (ipv6) {
      optional(IPV6_MTU_DISCOVER, MTU_DISCOVER_PROBE);
      optional(IPV6_DONTFRAG, 1);
    } else {
      optional(IP_MTU_DISCOVER, MTU_DISCOVER_PROBE);
    }
  }

  private void configure() {
    channel.config().setReceiveBufferSize(SOCKET_BUFFER_BYTES);
    channel
        .config()
        .setSendBufferSize(group == null ? SOCKET_BUFFER_BYTES : MULTICAST_BUFFER_BYTES);
    channel.config().setRecvByteBufAllocator(receiveBuffer);
    channel
        .config()
        .setWriteBufferWaterMark(new WriteBufferWaterMark(SEND_QUEUE_BYTES / 2, SEND_QUEUE_BYTES));
  }

  /** Sets what is good to have: an older kernel without it still works. */
  private <T> void optional(ChannelOption<T> option, T value) {
    try {
      channel.config().setOption(option, value);
    } catch (RuntimeException e) {
      LOG.debug("{} is not available on {}: {}", option.name(), carrier, e.toString());
    }
  }

  private void start(EventLoop loop, InetSocketAddress local, Listener listener)
      throws IOException {
    channel.pipeline().addLast(new Inbound(listener));
    done(loop.register(channel));
    done(channel.bind(local));
  }

  /** On its own loop a datagram channel does these at once. */
  private static void done(ChannelFuture future) throws IOException {
    if (!future.isDone()) {
      throw new IOException("the socket did not answer at once");
    }
    Throwable cause = future.cause();
    if (cause != null) {
      throw cause instanceof IOException io ? io : new IOException(cause);
    }
  }

  @Override
  public boolean send(@Nullable InetSocketAddress destination, ByteBuf datagram) {
    InetSocketAddress to = destination == null ? group : destination;
    if (to == null || !channel.isActive() || !channel.isWritable()) {
      datagram.release();
      return false;
    }
    dirty = true;
    if (batch == null || destination == null) {
      var unused = channel.write(new DatagramPacket(datagram, to), channel.voidPromise());
    } else {
      batch.add(to, datagram);
    }
    return true;
  }

  @Override
  public boolean hasRoom() {
    if (waitingBytes() > ROOM_BYTES) {
      flush(); // perhaps nobody has handed it over yet
    }
    return waitingBytes() <= ROOM_BYTES;
  }

  private long waitingBytes() {
    return SEND_QUEUE_BYTES - channel.bytesBeforeUnwritable();
  }

  void flush() {
    if (dirty) {
      dirty = false;
      if (batch != null) {
        batch.finish();
      }
      channel.flush();
    }
  }

  void close() {
    closing = true;
    if (batch != null) {
      batch.discard();
    }
    closeChannel();
  }

  private void closeChannel() {
    var unused = channel.close();
    receiveBuffer.close();
  }

  @Override
  public Carrier carrier() {
    return carrier;
  }

  @Override
  public int interfaceIndex() {
    return interfaceIndex;
  }

  int localPort() {
    return channel.localAddress().getPort();
  }

  private final class Inbound extends ChannelInboundHandlerAdapter {
    private final Listener listener;

    Inbound(Listener listener) {
      this.listener = listener;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (message instanceof DatagramPacket packet) {
        try {
          if (!closing) {
            listener.onDatagram(CarrierSocket.this, packet.sender(), packet.content());
          }
        } finally {
          packet.release();
        }
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      listener.onReadComplete();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      if (!closing) {
        listener.onClosed(CarrierSocket.this);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      if (cause instanceof IOException) {
        if (isTooLarge(cause)) {
          listener.onTooLarge(CarrierSocket.this);
        }
        // No route, no neighbour, no buffer: a lost datagram, which the paths notice.
        LOG.debug("{}: {}", carrier, cause.toString());
      } else {
        LOG.warn("{}: a datagram could not be processed", carrier, cause);
      }
    }
  }
}
