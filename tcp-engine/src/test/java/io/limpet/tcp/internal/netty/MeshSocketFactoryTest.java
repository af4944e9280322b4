package io.limpet.tcp.internal.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limpet.tcp.ConnectionEvent;
import io.limpet.tcp.MeshSocketFactory;
import io.limpet.tcp.MeshTcp;
import io.limpet.tcp.TcpConfig;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.SocketFactory;
import jdk.net.ExtendedSocketOptions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Blocking sockets behave as the JDK's own do. In real time: threads block here. */
@ExtendWith(LeakGuard.class)
@Timeout(60)
class MeshSocketFactoryTest {

  private final FakeMesh mesh = new FakeMesh(6);
  private final EventLoop serverLoop = newLoop();
  private final EventLoop clientLoop = newLoop();
  private final MeshTcp server = MeshTcp.over(mesh.join(1, serverLoop), TcpConfig.defaults());
  private final FakeMesh.Link clientLink = mesh.join(2, clientLoop);
  private final MeshTcp client = MeshTcp.over(clientLink, TcpConfig.defaults());
  private final MeshSocketFactory factory = new MeshSocketFactory(client, this::resolve);

  private static EventLoop newLoop() {
    return new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("mesh-sockets", true), LocalIoHandler.newFactory())
        .next();
  }

  private InetAddress resolve(String host) throws UnknownHostException {
    if (host.equals("anna.mesh")) {
      return FakeMesh.address(1).toInet6Address();
    }
    throw new UnknownHostException(host);
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
    serverLoop.parent().shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    clientLoop.parent().shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private InetSocketAddress listen(ChannelHandler handler) {
    Channel channel =
        new ServerBootstrap()
            .group(serverLoop)
            .channelFactory(server.serverChannels())
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childHandler(handler)
            .bind(new InetSocketAddress("::", 0))
            .syncUninterruptibly()
            .channel();
    return (InetSocketAddress) channel.localAddress();
  }

  /** Sends everything back, and its own end after the end of input. */
  private static final class Echo extends ChannelInboundHandlerAdapter {
    @Override
    public boolean isSharable() {
      return true;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ctx.writeAndFlush(msg);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object evt) {
      if (evt instanceof ChannelInputShutdownReadComplete) {
        // After what is still to be written, which close() itself would not wait for.
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
      }
    }
  }

  /** Takes connections and says nothing. */
  private static class Mute extends ChannelInboundHandlerAdapter {
    final CompletableFuture<Channel> accepted = new CompletableFuture<>();

    @Override
    public boolean isSharable() {
      return true;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      accepted.complete(ctx.channel());
      ctx.fireChannelActive();
    }
  }

  @Test
  void bytesComeBackAndTheEndIsTheEnd() throws Exception {
    InetSocketAddress address = listen(new Echo());
    try (Socket socket = factory.createSocket(address.getAddress(), address.getPort())) {
      OutputStream out = socket.getOutputStream();
      out.write("hello".getBytes(StandardCharsets.UTF_8));
      out.write('!');
      socket.shutdownOutput();

      assertThat(socket.getInputStream().readAllBytes()).asString().isEqualTo("hello!");
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
      assertThat(socket.isConnected()).isTrue();
      assertThat(socket.getInetAddress()).isEqualTo(address.getAddress());
      assertThat(socket.getPort()).isEqualTo(address.getPort());
      assertThat(socket.getLocalPort()).isPositive();
      assertThat(socket.getLocalAddress()).isEqualTo(FakeMesh.address(2).toInet6Address());
    }
  }

  @Test
  void megabytesPassBothWaysAtOnce() throws Exception {
    InetSocketAddress address = listen(new Echo());
    byte[] data = new byte[8 << 20];
    new Random(6).nextBytes(data);
    try (Socket socket = factory.createSocket(address.getAddress(), address.getPort())) {
      CompletableFuture<Void> writer =
          CompletableFuture.runAsync(
              () -> {
                try {
                  socket.getOutputStream().write(data);
                  socket.shutdownOutput();
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      byte[] back = socket.getInputStream().readAllBytes();
      writer.get(10, TimeUnit.SECONDS);

      assertThat(Arrays.equals(back, data)).isTrue();
    }
  }

  @Test
  void urgentDataComesInLineAndIsTold() throws Exception {
    CompletableFuture<Integer> told = new CompletableFuture<>();
    Mute mute =
        new Mute() {
          @Override
          public void userEventTriggered(ChannelHandlerContext ctx, Object evt) {
            if (evt instanceof ConnectionEvent.Urgent urgent) {
              told.complete(urgent.bytes());
            }
          }
        };
    InetSocketAddress address = listen(mute);
    try (Socket socket = factory.createSocket(address.getAddress(), address.getPort())) {
      mute.accepted.get(5, TimeUnit.SECONDS);
      socket.sendUrgentData('!');
      assertThat(told.get(5, TimeUnit.SECONDS)).isEqualTo(1);

      assertThat(socket.getOOBInline()).isTrue();
      socket.setOOBInline(true);
      assertThatThrownBy(() -> socket.setOOBInline(false))
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("in line");
    }
  }

  @Test
  void aReadTimesOutAndCanBeRepeated() throws Exception {
    Mute mute = new Mute();
    InetSocketAddress address = listen(mute);
    try (Socket socket = factory.createSocket(address.getAddress(), address.getPort())) {
      socket.setSoTimeout(50);
      InputStream in = socket.getInputStream();
      assertThatThrownBy(in::read).isInstanceOf(SocketTimeoutException.class);

      mute.accepted.get(5, TimeUnit.SECONDS).writeAndFlush(Unpooled.copiedBuffer(new byte[] {7}));
      socket.setSoTimeout(10_000);
      assertThat(in.read()).isEqualTo(7);
    }
  }

  @Test
  void availableIsWhatCanBeReadWithoutWaiting() throws Exception {
    Mute mute = new Mute();
    InetSocketAddress address = listen(mute);
    try (Socket socket = factory.createSocket(address.getAddress(), address.getPort())) {
      InputStream in = socket.getInputStream();
      assertThat(in.available()).isZero();
      mute.accepted.get(5, TimeUnit.SECONDS).writeAndFlush(Unpooled.copiedBuffer(new byte[5]));

      Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> in.available() == 5);
      assertThat(in.read(new byte[3])).isEqualTo(3);
      assertThat(in.available()).isEqualTo(2);
    }
  }

  @Test
  void namesAreResolvedByTheGivenResolver() throws Exception {
    InetSocketAddress address = listen(new Echo());
    try (Socket socket = factory.createSocket("anna.mesh", address.getPort())) {
      assertThat(socket.isConnected()).isTrue();
    }
    assertThatThrownBy(() -> factory.createSocket("nobody.mesh", address.getPort()))
        .isInstanceOf(UnknownHostException.class);
  }

  @Test
  void aRefusalIsAConnectException() {
    assertThatThrownBy(() -> factory.createSocket(FakeMesh.address(1).toInet6Address(), 9))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("nobody listens");
  }

  @Test
  void connectingTimesOut() throws Exception {
    mesh.join(3, newLoop()).silent = true;
    try (Socket socket = factory.createSocket()) {
      assertThatThrownBy(() -> socket.connect(FakeMesh.address(3).at(9), 100))
          .isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void closingWakesABlockedReader() throws Exception {
    InetSocketAddress address = listen(new Mute());
    Socket socket = factory.createSocket(address.getAddress(), address.getPort());
    CompletableFuture<Integer> reader =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return socket.getInputStream().read();
              } catch (SocketException e) {
                return -2;
              } catch (IOException e) {
                return -3;
              }
            });
    assertThatThrownBy(() -> reader.get(100, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);

    socket.close();

    assertThat(reader.get(5, TimeUnit.SECONDS)).isEqualTo(-2);
    assertThat(socket.isClosed()).isTrue();
  }

  @Test
  void aResetIsHeardByReadersAndWriters() throws Exception {
    Mute mute = new Mute();
    InetSocketAddress address = listen(mute);
    try (Socket socket = factory.createSocket(address.getAddress(), address.getPort())) {
      Channel accepted = mute.accepted.get(5, TimeUnit.SECONDS);
      accepted.config().setOption(ChannelOption.SO_LINGER, 0);
      accepted.close();

      assertThatThrownBy(() -> socket.getInputStream().read())
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("Connection reset by peer");
      assertThatThrownBy(() -> socket.getOutputStream().write(1))
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("Connection reset by peer");
    }
  }

  @Test
  void optionsReachTheConnection() throws Exception {
    InetSocketAddress address = listen(new Mute());
    try (Socket socket = factory.createSocket()) {
      socket.setReceiveBufferSize(100_000);
      socket.setSendBufferSize(50_000);
      socket.setTcpNoDelay(false);
      socket.setKeepAlive(true);
      socket.setSoLinger(true, 3);
      socket.connect(address);

      assertThat(socket.getReceiveBufferSize()).isEqualTo(100_000);
      assertThat(socket.getSendBufferSize()).isEqualTo(50_000);
      assertThat(socket.getTcpNoDelay()).isFalse();
      assertThat(socket.getKeepAlive()).isTrue();
      assertThat(socket.getSoLinger()).isEqualTo(3);
      socket.setSoLinger(false, 0);
      assertThat(socket.getSoLinger()).isEqualTo(-1);
      socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
      assertThat(socket.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
      socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 5);
      socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, 6);
      socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 7);
      assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPIDLE)).isEqualTo(5);
      assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL)).isEqualTo(6);
      assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT)).isEqualTo(7);
      for (SocketOption<?> option : socket.supportedOptions()) {
        assertThat(socket.getOption(option)).as("%s", option).isNotNull();
      }
      assertThatThrownBy(() -> socket.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 1))
          .isInstanceOf(UnsupportedOperationException.class);
    }
  }

  @Test
  void withFastOpenReaderAndWriterMayCompete() throws Exception {
    InetSocketAddress address = listen(new Echo());
    byte[] data = new byte[100_000];
    new Random(6).nextBytes(data);
    SocketFactory fast = factory.withFastOpen();
    try (Socket socket = fast.createSocket(address.getAddress(), address.getPort())) {
      assertThat(clientLink.datagramsSent).hasValue(0);
      assertThat(socket.isConnected()).isTrue();
      CompletableFuture<byte[]> back =
          CompletableFuture.supplyAsync(() -> read(socket, data.length));
      // The reader may come first, and make the connection without data.
      socket.getOutputStream().write(data);

      assertThat(back.get(10, TimeUnit.SECONDS)).isEqualTo(data);
      assertThat(socket.getLocalPort()).isPositive();
      assertThat(socket.getRemoteSocketAddress()).isEqualTo(address);
    }
  }

  @Test
  void withFastOpenASmallRequestIsInTheFirstDatagram() throws Exception {
    InetSocketAddress address = listen(new Echo());
    try (Socket socket =
        factory.withFastOpen().createSocket(address.getAddress(), address.getPort())) {
      socket.getOutputStream().write(new byte[500]);
      assertThat(socket.getInputStream().readNBytes(500)).hasSize(500);

      assertThat(clientLink.firstDatagramBytes).hasValueGreaterThan(500);
    }
  }

  @Test
  void withFastOpenAServerThatSpeaksFirstIsHeard() throws Exception {
    InetSocketAddress address =
        listen(
            new ChannelInboundHandlerAdapter() {
              @Override
              public boolean isSharable() {
                return true;
              }

              @Override
              public void channelActive(ChannelHandlerContext ctx) {
                ctx.writeAndFlush(Unpooled.copyInt(42));
              }
            });
    try (Socket socket =
        factory.withFastOpen().createSocket(address.getAddress(), address.getPort())) {
      assertThat(new DataInputStream(socket.getInputStream()).readInt()).isEqualTo(42);
    }
  }

  @Test
  void withFastOpenARefusalIsHeardWhereTheSocketIsUsed() throws Exception {
    SocketFactory fast = factory.withFastOpen();
    try (Socket socket = fast.createSocket(FakeMesh.address(1).toInet6Address(), 9)) {
      assertThatThrownBy(() -> socket.getOutputStream().write(1))
          .isInstanceOf(ConnectException.class)
          .hasMessageContaining("nobody listens");
    }
    try (Socket socket = fast.createSocket(FakeMesh.address(1).toInet6Address(), 9)) {
      assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(ConnectException.class);
    }
    assertThatThrownBy(() -> fast.createSocket(InetAddress.getLoopbackAddress(), 9))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("not a mesh address");
  }

  @Test
  void withFastOpenAConnectionThatIsNeverUsedIsNeverMade() throws Exception {
    InetSocketAddress address = listen(new Echo());
    factory.withFastOpen().createSocket(address.getAddress(), address.getPort()).close();

    assertThat(clientLink.datagramsSent).hasValue(0);
  }

  private static byte[] read(Socket socket, int count) {
    try {
      return socket.getInputStream().readNBytes(count);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void afterShutdownInputThereIsNothingToRead() throws Exception {
    InetSocketAddress address = listen(new Echo());
    try (Socket socket = factory.createSocket(address.getAddress(), address.getPort())) {
      InputStream in = socket.getInputStream();
      socket.shutdownInput();
      socket.getOutputStream().write(1);

      assertThat(in.read()).isEqualTo(-1);
      assertThat(socket.isInputShutdown()).isTrue();
    }
  }

  @Test
  void theEventLoopIsNeverBlocked() {
    InetSocketAddress address = listen(new Echo());
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    clientLoop.execute(
        () -> {
          try (Socket socket = factory.createSocket(address.getAddress(), address.getPort())) {
            thrown.complete(new AssertionError("it connected: " + socket));
          } catch (IOException | RuntimeException e) {
            thrown.complete(e);
          }
        });

    assertThat(thrown.orTimeout(5, TimeUnit.SECONDS).join())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("event loop");
  }
}
