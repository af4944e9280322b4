package io.limpet.tcp.internal.netty;

import io.limpet.tcp.MeshSocketFactory;
import io.limpet.tcp.MeshTcp;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.socket.SocketChannel;
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

  private static final Map<SocketOption<?>, Integer> NUMBERS =
      Map.of(
          StandardSocketOptions.TCP_NODELAY, SocketOptions.TCP_NODELAY,
          StandardSocketOptions.SO_LINGER, SocketOptions.SO_LINGER,
          StandardSocketOptions.SO_RCVBUF, SocketOptions.SO_RCVBUF,
          StandardSocketOptions.SO_SNDBUF, SocketOptions.SO_SNDBUF,
          StandardSocketOptions.SO_KEEPALIVE, SocketOptions.SO_KEEPALIVE,
          StandardSocketOptions.SO_REUSEADDR, SocketOptions.SO_REUSEADDR,
          StandardSocketOptions.IP_TOS, SocketOptions.IP_TOS);

  private final MeshTcp tcp;
  private final MeshSocketFactory.Resolver resolver;
  private final BlockingStream stream = new BlockingStream();
  private volatile @Nullable SocketChannel channel;
  private volatile int timeoutMillis;

  MeshSocketImpl(MeshTcp tcp, MeshSocketFactory.Resolver resolver) {
    this.tcp = tcp;
    this.resolver = resolver;
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
    try {
      await(current.connect(new InetSocketAddress(host, endpoint.getPort())), "connect");
    } catch (IOException e) {
      close();
      throw e;
    }
    address = host;
    port = endpoint.getPort();
    localport = localAddress(current).getPort();
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
    SocketChannel current = channel();
    BlockingStream.checkMayBlock(current);
    await(current.shutdownInput(), "shutdownInput");
  }

  @Override
  protected void shutdownOutput() throws IOException {
    SocketChannel current = channel();
    BlockingStream.checkMayBlock(current);
    await(current.shutdownOutput(), "shutdownOutput");
  }

  @Override
  protected boolean supportsUrgentData() {
    return false;
  }

  @Override
  protected void sendUrgentData(int data) throws SocketException {
    throw new SocketException("urgent data is not supported");
  }

  @Override
  public void setOption(int number, Object value) throws SocketException {
    SocketChannel current = channel();
    if (number == SO_TIMEOUT) {
      timeoutMillis = (Integer) value;
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
    Integer number = NUMBERS.get(name);
    if (number == null) {
      throw new UnsupportedOperationException(name + " is not supported");
    }
    setOption(number, value);
  }

  @Override
  @SuppressWarnings("unchecked") // The option's type is the value's: both tables say so.
  protected <T> T getOption(SocketOption<T> name) throws IOException {
    Integer number = NUMBERS.get(name);
    if (number == null) {
      throw new UnsupportedOperationException(name + " is not supported");
    }
    return (T) getOption(number);
  }

  @Override
  protected Set<SocketOption<?>> supportedOptions() {
    return NUMBERS.keySet();
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
      return stream.read(channel(), target, offset, length, timeoutMillis);
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
      stream.write(channel(), source, offset, length);
    }

    @Override
    public void close() throws IOException {
      MeshSocketImpl.this.close();
    }
  }
}
