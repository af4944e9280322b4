package io.limpet.rig.internal.bench.peer;

import io.limpet.node.internal.perf.Dialer;
import io.limpet.node.internal.perf.PerfLog;
import io.limpet.node.internal.perf.PerfServer;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.handler.codec.quic.EpollQuicUtils;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicChannelOption;
import io.netty.handler.codec.quic.QuicClientCodecBuilder;
import io.netty.handler.codec.quic.QuicCodecBuilder;
import io.netty.handler.codec.quic.QuicCongestionControlAlgorithm;
import io.netty.handler.codec.quic.QuicServerCodecBuilder;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.handler.codec.quic.SegmentedDatagramPacketAllocator;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Netty's QUIC (quiche), set up so that nothing but its own congestion control limits it: flow
 * control windows far beyond any bandwidth-delay product here, datagrams as large as the MTU takes,
 * segmentation and receive offload as Limpet's own sockets have them, no Retry round trip. One
 * connection carries one stream.
 */
final class QuicTransport implements Transport {
  private static final String PROTOCOL = "limpet-bench";
  private static final long CONNECTION_WINDOW_BYTES = 64L << 20;
  private static final long STREAM_WINDOW_BYTES = 32L << 20;
  private static final int MAX_STREAMS = 20_000;

  /** What an MTU of 1500 leaves below IPv4 and UDP. */
  private static final int UDP_PAYLOAD_BYTES = 1472;

  /** Outlives the outage that is measured. */
  private static final long IDLE_TIMEOUT_SECONDS = 180;

  private static final int SUPER_PACKET_BYTES = 64 << 10;
  private static final int SEGMENTS = 10;

  // As Limpet's own sockets have it.
  private static final int SOCKET_BUFFER_BYTES = 4 << 20;
  private static final int READS_AT_ONCE = 32;

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final QuicCongestionControlAlgorithm algorithm;
  private final boolean offloads;

  /**
   * Sets it up.
   *
   * @param offloads whether datagrams are segmented and merged by the kernel, in large buffers, as
   *     Limpet's are; without it the library's own defaults are used
   */
  QuicTransport(QuicCongestionControlAlgorithm algorithm, boolean offloads) {
    this.algorithm = algorithm;
    this.offloads = offloads;
  }

  @Override
  public void listen(InetSocketAddress local, PerfLog log) throws Exception {
    X509Bundle identity =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=limpet-bench")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    QuicSslContext tls =
        QuicSslContextBuilder.forServer(identity.toKeyManagerFactory(), null)
            .applicationProtocols(PROTOCOL)
            .build();
    ChannelHandler codec =
        tuned(new QuicServerCodecBuilder().sslContext(tls))
            .option(QuicChannelOption.SEGMENTED_DATAGRAM_PACKET_ALLOCATOR, segmentation())
            .handler(new Nothing())
            .streamHandler(PerfServer.sessions(log))
            .build();
    bind(codec, local);
  }

  @Override
  public Dialer dialer(InetSocketAddress remote) {
    QuicSslContext tls =
        QuicSslContextBuilder.forClient()
            .trustManager(InsecureTrustManagerFactory.INSTANCE)
            .applicationProtocols(PROTOCOL)
            .build();
    Channel socket =
        bind(tuned(new QuicClientCodecBuilder().sslContext(tls)).build(), new InetSocketAddress(0));
    return new StreamDialer(socket, remote);
  }

  private <B extends QuicCodecBuilder<B>> B tuned(B builder) {
    return builder
        .congestionControlAlgorithm(algorithm)
        .maxIdleTimeout(IDLE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .initialMaxData(CONNECTION_WINDOW_BYTES)
        .initialMaxStreamDataBidirectionalLocal(STREAM_WINDOW_BYTES)
        .initialMaxStreamDataBidirectionalRemote(STREAM_WINDOW_BYTES)
        .initialMaxStreamsBidirectional(MAX_STREAMS)
        .maxSendUdpPayloadSize(UDP_PAYLOAD_BYTES)
        .maxRecvUdpPayloadSize(UDP_PAYLOAD_BYTES);
  }

  private SegmentedDatagramPacketAllocator segmentation() {
    return offloads
        ? EpollQuicUtils.newSegmentedAllocator(SEGMENTS)
        : SegmentedDatagramPacketAllocator.NONE;
  }

  private Channel bind(ChannelHandler codec, InetSocketAddress local) {
    Bootstrap bootstrap = new Bootstrap().group(group).channel(EpollDatagramChannel.class);
    if (offloads) {
      bootstrap
          .option(EpollChannelOption.UDP_GRO, true)
          .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER_BYTES)
          .option(ChannelOption.SO_SNDBUF, SOCKET_BUFFER_BYTES)
          .option(
              ChannelOption.RECVBUF_ALLOCATOR,
              new FixedRecvByteBufAllocator(SUPER_PACKET_BYTES).maxMessagesPerRead(READS_AT_ONCE));
    }
    return bootstrap.handler(codec).bind(local).syncUninterruptibly().channel();
  }

  /** A connection for each stream, over one socket. */
  private final class StreamDialer implements Dialer {
    private final Channel socket;
    private final InetSocketAddress remote;

    StreamDialer(Channel socket, InetSocketAddress remote) {
      this.socket = socket;
      this.remote = remote;
    }

    @Override
    public EventLoop eventLoop() {
      return socket.eventLoop();
    }

    @Override
    public void open(ChannelHandler handler, int timeoutMs, CompletableFuture<?> failed) {
      QuicChannel.newBootstrap(socket)
          .option(QuicChannelOption.SEGMENTED_DATAGRAM_PACKET_ALLOCATOR, segmentation())
          .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeoutMs)
          .handler(new Nothing())
          .streamHandler(new Nothing())
          .remoteAddress(remote)
          .connect()
          .addListener(
              connected -> {
                if (connected.isSuccess()) {
                  stream((QuicChannel) connected.getNow(), handler, failed);
                } else {
                  failed.completeExceptionally(connected.cause());
                }
              });
    }

    private void stream(
        QuicChannel connection, ChannelHandler handler, CompletableFuture<?> failed) {
      connection
          .closeFuture()
          .addListener(
              closed -> failed.completeExceptionally(new IOException("the QUIC connection ended")));
      connection
          .createStream(QuicStreamType.BIDIRECTIONAL, handler)
          .addListener(
              created -> {
                if (created.isSuccess()) {
                  ((QuicStreamChannel) created.getNow())
                      .closeFuture()
                      .addListener(closed -> connection.close());
                } else {
                  failed.completeExceptionally(created.cause());
                  connection.close();
                }
              });
    }

    @Override
    public CompletableFuture<String> carrier() {
      return CompletableFuture.completedFuture("quic");
    }
  }

  /** Handles nothing: connections and streams of the peer's are not looked at. */
  private static final class Nothing extends ChannelInboundHandlerAdapter {
    @Override
    public boolean isSharable() {
      return true;
    }
  }
}
