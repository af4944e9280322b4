package io.limpet.tcp.internal.netty;

import io.limpet.tcp.MeshChannel;
import io.limpet.tcp.MeshSocketFactory;
import io.limpet.tcp.MeshTcp;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/** What a {@code java.net.Socket} asks for, done by a mesh channel. */
final class MeshSocketImpl extends SocketImpl {

  /** The options that are spelled the same, only in another alphabet. */
  private static final Map<Integer, ChannelOption<?>> BY_NUMBER =
      Map.of(
          SocketOptions.TCP_NODELAY, ChannelOption.TCP_NODELAY,
          SocketOptions.SO_LINGER, ChannelOption.SO_LINGER,
          SocketOptions.SO_RCVBUF, ChannelOption.SO_RCVBUF,
          SocketOptions.SO_SNDBUF, ChannelOption.SO_SNDBUF,
          SocketOptions.SO_KEEPALIVE, ChannelOption.SO_KEEPALIVE,
          SocketOptions.SO_REUSEADDR, ChannelOption.SO_REUSEADDR,
          SocketOptions.IP_TOS, ChannelOption.IP_TOS);

  /** What the JDK's own sockets have on Linux. */
  private static final Set<SocketOption<?>> SUPPORTED =
      Set.of(
          StandardSocketOptions.TCP_NODELAY,
          StandardSocketOptions.SO_LINGER,
          StandardSocketOptions.SO_RCVBUF,
          StandardSocketOptions.SO_SNDBUF,
          StandardSocketOptions.SO_KEEPALIVE,
          StandardSocketOptions.SO_REUSEADDR,
          StandardSocketOptions.IP_TOS,
          ExtendedSocketOptions.TCP_KEEPIDLE,
          ExtendedSocketOptions.TCP_KEEPINTERVAL,
          ExtendedSocketOptions.TCP_KEEPCOUNT);

  /** About what fits into the first segment; the rest follows when there is a connection. */
  private static final int MAX_AHEAD_BYTES = 64 * 1024;

  private final MeshTcp tcp;
  private final MeshSocketFactory.Resolver resolver;
  private final BlockingStream stream = new BlockingStream();
  private final boolean fastOpen;
  private final ReentrantLock connecting = new ReentrantLock();
  private volatile @Nullable SocketChannel channel;
  private volatile int timeoutMillis;

  /** Where to connect when there is something to say: for fast open. */
  private volatile @Nullable InetSocketAddress pending;

  MeshSocketImpl(MeshTcp tcp, MeshSocketFactory.Resolver resolver, boolean fastOpen) {
    this.tcp = tcp;
    this.resolver = resolver;
    this.fastOpen = fastOpen;
  }

  private SocketChannel channel() throws SocketException {
    SocketChannel current = channel;
    if (current == null) {
      throw new SocketException("Socket closed");
    }
    return current;
  }

  @Override
  protected void create(boolean isStream) throws IOException {
    if (!isStream) {
      throw new SocketException("only streams");
    }
    ChannelFuture registered =
        new Bootstrap()
            .group(tcp.eventLoop())
            .channelFactory(tcp.clientChannels())
            // The end of input is not the end of output: that is for the application to say.
            .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
            .handler(stream)
            .register();
    BlockingStream.checkMayBlock(registered.channel());
    await(registered, "create");
    channel = (SocketChannel) registered.channel();
  }

  @Override
  protected void connect(String host, int port) throws IOException {
    connect(InetSocketAddress.createUnresolved(host, port), 0);
  }

  @Override
  protected void connect(InetAddress address, int port) throws IOException {
    connect(new InetSocketAddress(address, port), 0);
  }

  @Override
  protected void connect(SocketAddress remote, int timeout) throws IOException {
    if (!(remote instanceof InetSocketAddress endpoint)) {
      throw new UnsupportedAddressTypeException();
    }
    InetAddress host =
        endpoint.isUnresolved()
            ? resolver.resolve(endpoint.getHostString())
            : endpoint.getAddress();
    SocketChannel current = channel();
    BlockingStream.checkMayBlock(current);
    current.config().setConnectTimeoutMillis(timeout);
    InetSocketAddress to = new InetSocketAddress(host, endpoint.getPort());
    address = host;
    port = endpoint.getPort();
    if (fastOpen) {
      MeshEndpoints.remote(to);
      current.config().setOption(ChannelOption.TCP_FASTOPEN_CONNECT, true);
      pending = to;
    } else {
      connect(current, to);
    }
  }

  private void connect(SocketChannel current, InetSocketAddress to) throws IOException {
    try {
      await(current.connect(to), "connect");
    } catch (IOException e) {
      close();
      throw e;
    }
    localport = localAddress(current).getPort();
  }

  /** Makes the connection now, if it has waited for this. Returns the channel. */
  private SocketChannel connected() throws IOException {
    SocketChannel current = channel();
    if (pending != null) {
      BlockingStream.checkMayBlock(current);
      connecting.lock();
      try {
        InetSocketAddress to = pending;
        if (to != null) {
          pending = null;
          connect(current, to);
        }
      } finally {
        connecting.unlock();
      }
    }
    return current;
  }

  /** Writes; what is written first goes along with the connection that has waited for it. */
  private void write(byte[] source, int offset, int length) throws IOException {
    SocketChannel current = channel();
    int ahead = 0;
    if (pending != null && length > 0) {
      BlockingStream.checkMayBlock(current);
      ahead = Math.min(length, MAX_AHEAD_BYTES);
      ByteBuf first = Unpooled.copiedBuffer(source, offset, ahead);
      // Kept by the channel until connect(), or until somebody else has connected.
      current.writeAndFlush(first);
    }
    stream.write(connected(), source, offset + ahead, length - ahead);
  }

  @Override
  protected void bind(InetAddress host, int port) throws IOException {
    SocketChannel current = channel();
    BlockingStream.checkMayBlock(current);
    await(current.bind(new InetSocketAddress(host, port)), "bind");
    localport = localAddress(current).getPort();
  }

  private static InetSocketAddress localAddress(Channel channel) throws SocketException {
    InetSocketAddress local = (InetSocketAddress) channel.localAddress();
    if (local == null) {
      throw new SocketException("not bound");
    }
    return local;
  }

  private static void await(ChannelFuture future, String what) throws IOException {
    Throwable cause = future.awaitUninterruptibly().cause();
    if (cause == null) {
      return;
    }
    if (cause instanceof ConnectTimeoutException) {
      throw new SocketTimeoutException(cause.getMessage());
    }
    if (cause instanceof SocketException e) {
      throw e;
    }
    SocketException exception = new SocketException(what + " failed: " + cause.getMessage());
    exception.initCause(cause);
    throw exception;
  }

  @Override
  protected void listen(int backlog) throws SocketException {
    throw new SocketException("this socket connects only: listen with MeshTcp.serverChannels()");
  }

  @Override
  protected void accept(SocketImpl accepted) throws SocketException {
    throw new SocketException("this socket connects only: listen with MeshTcp.serverChannels()");
  }

  @Override
  protected InputStream getInputStream() {
    return new Input();
  }

  @Override
  protected OutputStream getOutputStream() {
    return new Output();
  }

  @Override
  protected int available() {
    return stream.available();
  }

  @Override
  protected void close() throws IOException {
    SocketChannel current = channel;
    channel = null;
    stream.close();
    if (current != null) {
      ChannelFuture closing = current.close();
      if (!current.eventLoop().inEventLoop()) {
        closing.awaitUninterruptibly();
      }
    }
  }

  @Override
  protected void shutdownInput() throws IOException {
    stream.shutdownInput();
    SocketChannel current = connected();
    BlockingStream.checkMayBlock(current);
    await(current.shutdownInput(), "shutdownInput");
  }

  @Override
  protected void shutdownOutput() throws IOException {
    SocketChannel current = connected();
    BlockingStream.checkMayBlock(current);
    await(current.shutdownOutput(), "shutdownOutput");
  }

  @Override
  protected boolean supportsUrgentData() {
    return true;
  }

  @Override
  protected void sendUrgentData(int data) throws IOException {
    SocketChannel current = connected();
    BlockingStream.checkMayBlock(current);
    // Not flushed before it is marked: what is acknowledged by then would not be urgent any more.
    current.write(Unpooled.wrappedBuffer(new byte[] {(byte) data}));
    await(((MeshChannel) current).markUrgent(), "sendUrgentData");
  }

  @Override
  public void setOption(int number, Object value) throws SocketException {
    SocketChannel current = channel();
    if (number == SO_TIMEOUT) {
      timeoutMillis = (Integer) value;
      return;
    }
    if (number == SO_OOBINLINE) {
      if (!Boolean.TRUE.equals(value)) {
        throw new SocketException("urgent data always comes in line (RFC 6093)");
      }
      return;
    }
    // Socket.setSoLinger(false, …) comes as a Boolean.
    Object plain = number == SO_LINGER && value instanceof Boolean ? Integer.valueOf(-1) : value;
    @SuppressWarnings("unchecked") // The option's type is the value's: both tables say so.
    ChannelOption<Object> option = (ChannelOption<Object>) BY_NUMBER.get(number);
    if (option == null || !current.config().setOption(option, plain)) {
      throw new SocketException("no such option: " + number);
    }
  }

  @Override
  public Object getOption(int number) throws SocketException {
    SocketChannel current = channel();
    if (number == SO_TIMEOUT) {
      return timeoutMillis;
    }
    if (number == SO_OOBINLINE) {
      return true;
    }
    if (number == SO_BINDADDR) {
      InetSocketAddress local = current.localAddress();
      return (local == null ? new InetSocketAddress("::", 0) : local).getAddress();
    }
    ChannelOption<?> option = BY_NUMBER.get(number);
    Object value = option == null ? null : current.config().getOption(option);
    if (value == null) {
      throw new SocketException("no such option: " + number);
    }
    return value;
  }

  @Override
  protected <T> void setOption(SocketOption<T> name, T value) throws IOException {
    if (!SUPPORTED.contains(name)) {
      throw new UnsupportedOperationException(name + " is not supported");
    }
    channel().config().setOption(NioChannelOption.of(name), value);
  }

  @Override
  protected <T> T getOption(SocketOption<T> name) throws IOException {
    if (!SUPPORTED.contains(name)) {
      throw new UnsupportedOperationException(name + " is not supported");
    }
    return channel().config().getOption(NioChannelOption.of(name));
  }

  @Override
  protected Set<SocketOption<?>> supportedOptions() {
    return SUPPORTED;
  }

  private final class Input extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, target.length);
      return stream.read(connected(), target, offset, length, timeoutMillis);
    }

    @Override
    public int available() {
      return stream.available();
    }

    @Override
    public void close() throws IOException {
      MeshSocketImpl.this.close();
    }
  }

  private final class Output extends OutputStream {
    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, source.length);
      MeshSocketImpl.this.write(source, offset, length);
    }

    @Override
    public void close() throws IOException {
      MeshSocketImpl.this.close();
    }
  }
}
