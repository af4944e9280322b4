package io.limpet.tcp.internal.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.tcp.CloseReason;
import io.limpet.tcp.MeshChannelOption;
import io.limpet.tcp.MeshConnectException;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Data that goes with the SYN, and answers that do not wait: round trips are counted. */
@ParameterizedClass
@EnumSource(Loops.class)
@ExtendWith(LeakGuard.class)
class MeshFirstFlightTest {

  private static final Duration ONE_WAY = Duration.ofMillis(10);
  private static final Duration ROUND_TRIP = ONE_WAY.multipliedBy(2);

  private final Loops loops;
  private final VirtualMesh mesh;
  private final Recorder clientSide = new Recorder();
  private final Recorder serverSide =
      new Recorder() {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
          super.channelRead(ctx, msg);
          ctx.writeAndFlush(text("answer"));
        }
      };

  MeshFirstFlightTest(Loops loops) {
    this.loops = loops;
    mesh = new VirtualMesh(9, loops);
    mesh.mesh.delayNs = ONE_WAY.toNanos();
  }

  @AfterEach
  void close() {
    mesh.close();
  }

  private static ByteBuf text(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
  }

  private Bootstrap fastOpen() {
    return mesh.clientBootstrap(clientSide).option(ChannelOption.TCP_FASTOPEN_CONNECT, true);
  }

  /** Returns how long it takes from now until the client has read so much. */
  private Duration untilAnswered(String answer) {
    Duration before = mesh.loop.now();
    mesh.until(() -> clientSide.text.toString().equals(answer));
    return mesh.loop.now().minus(before);
  }

  /** The ways to say something before there is a connection. */
  enum Way {
    /** Netty's own: written before {@code connect()}, and not flushed. */
    WRITTEN_BEFORE {
      @Override
      Channel begin(Bootstrap bootstrap, VirtualMesh mesh) {
        Channel channel = mesh.done(bootstrap.register());
        channel.write(text("ask"));
        channel.connect(mesh.serverAddress());
        return channel;
      }
    },
    FLUSHED_BEFORE {
      @Override
      Channel begin(Bootstrap bootstrap, VirtualMesh mesh) {
        Channel channel = mesh.done(bootstrap.register());
        channel.writeAndFlush(text("ask"));
        channel.connect(mesh.serverAddress());
        return channel;
      }
    },
    FLUSHED_RIGHT_AFTER {
      @Override
      Channel begin(Bootstrap bootstrap, VirtualMesh mesh) {
        Channel channel = bootstrap.connect(mesh.serverAddress()).channel();
        channel.writeAndFlush(text("ask"));
        return channel;
      }
    },
    BY_A_HANDLER_THAT_IS_REGISTERED {
      @Override
      Channel begin(Bootstrap bootstrap, VirtualMesh mesh) {
        ChannelInboundHandlerAdapter asking =
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelRegistered(ChannelHandlerContext ctx) {
                ctx.write(text("ask"));
                ctx.fireChannelRegistered();
              }
            };
        return with(bootstrap, asking).connect(mesh.serverAddress()).channel();
      }
    },
    BY_A_HANDLER_THAT_CONNECTS {
      @Override
      Channel begin(Bootstrap bootstrap, VirtualMesh mesh) {
        ChannelDuplexHandler asking =
            new ChannelDuplexHandler() {
              @Override
              public void connect(
                  ChannelHandlerContext ctx,
                  SocketAddress remote,
                  SocketAddress local,
                  ChannelPromise promise) {
                ctx.write(text("ask"));
                ctx.connect(remote, local, promise);
              }
            };
        return with(bootstrap, asking).connect(mesh.serverAddress()).channel();
      }
    };

    abstract Channel begin(Bootstrap bootstrap, VirtualMesh mesh);

    private static Bootstrap with(Bootstrap bootstrap, ChannelHandler first) {
      ChannelHandler rest = bootstrap.config().handler();
      return bootstrap
          .clone()
          .handler(
              new ChannelInitializer<Channel>() {
                @Override
                protected void initChannel(Channel channel) {
                  channel.pipeline().addLast(first, rest);
                }
              });
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void aFreshConnectionAQuestionAndItsAnswerTakeOneRoundTrip(Way way) {
    mesh.listen(mesh.serverBootstrap(serverSide));
    int sent = mesh.clientLink.datagramsSent.get();
    way.begin(fastOpen(), mesh);

    assertThat(untilAnswered("answer")).isEqualTo(ROUND_TRIP);
    assertThat(serverSide.text).hasToString("ask");
    assertThat(serverSide.events).containsExactly("active");
    assertThat(clientSide.events).containsExactly("active");
    assertThat(mesh.clientLink.datagramsSent.get() - sent)
        .as("the SYN, and an ACK of each segment of the answer")
        .isEqualTo(loops == Loops.NEAR ? 2 : 3);
  }

  @Test
  void theAnswerRidesWithTheSynAckWhereItIsThereInTime() {
    mesh.listen(mesh.serverBootstrap(serverSide));
    Way.WRITTEN_BEFORE.begin(fastOpen(), mesh);
    untilAnswered("answer");

    int datagrams = loops == Loops.NEAR ? 1 : 2;
    assertThat(mesh.serverLink.datagramsSent).hasValue(datagrams);
  }

  @Test
  void withoutTheOptionItTakesTwo() {
    mesh.listen(mesh.serverBootstrap(serverSide));
    ChannelFuture connected = mesh.clientBootstrap(clientSide).connect(mesh.serverAddress());
    connected.addListener(done -> connected.channel().writeAndFlush(text("ask")));

    assertThat(untilAnswered("answer")).isEqualTo(ROUND_TRIP.multipliedBy(2));
  }

  @Test
  void withoutTheOptionWritingBeforeConnectingFailsAsEver() {
    Channel client = mesh.done(mesh.clientBootstrap(clientSide).register());

    assertThat(mesh.failure(client.writeAndFlush(text("ask"))))
        .isInstanceOf(NotYetConnectedException.class);
    client.close();
  }

  @Test
  void theConnectionIsToldOfWhenItIsThereAndNotBefore() {
    mesh.listen(mesh.serverBootstrap(serverSide));
    ChannelFuture connecting = fastOpen().connect(mesh.serverAddress());
    connecting.channel().writeAndFlush(text("ask"));
    mesh.loop.runFor(ROUND_TRIP.minusNanos(1));
    assertThat(connecting.isDone()).isFalse();
    assertThat(clientSide.events).isEmpty();
    assertThat(serverSide.text).hasToString("ask");

    mesh.loop.runFor(Duration.ofNanos(1));
    assertThat(connecting.isSuccess()).isTrue();
  }

  @Test
  void moreThanASegmentFollowsInOrder() {
    Recorder counting = new Recorder();
    mesh.listen(mesh.serverBootstrap(counting));
    Channel client = mesh.done(fastOpen().register());
    String words = "a word after a word ".repeat(5000);
    for (int i = 0; i < words.length(); i += 1000) {
      client.write(text(words.substring(i, i + 1000)));
    }
    client.connect(mesh.serverAddress());

    mesh.until(() -> counting.text.length() == words.length());
    assertThat(counting.text).hasToString(words);
  }

  @Test
  void aLostSynIsRepeatedWithItsData() {
    mesh.listen(mesh.serverBootstrap(serverSide));
    mesh.clientLink.silent = true;
    Way.WRITTEN_BEFORE.begin(fastOpen(), mesh);
    mesh.loop.runFor(Duration.ofMillis(50));
    mesh.clientLink.silent = false;

    untilAnswered("answer");
    assertThat(serverSide.text).hasToString("ask");
  }

  @Test
  void aDuplicatedSynAsksOnce() {
    mesh.listen(mesh.serverBootstrap(serverSide));
    mesh.mesh.duplicateRate = 1;
    Way.WRITTEN_BEFORE.begin(fastOpen(), mesh);
    untilAnswered("answer");
    mesh.loop.runFor(Duration.ofSeconds(1));

    assertThat(serverSide.text).hasToString("ask");
    assertThat(serverSide.channels()).hasSize(1);
  }

  @Test
  void aRefusalIsOneAndNobodyHasReadAnything() {
    Channel client = mesh.done(fastOpen().register());
    client.write(text("ask"));
    ChannelFuture connecting = client.connect(mesh.serverAddress());

    assertThat(mesh.failure(connecting))
        .isInstanceOfSatisfying(
            MeshConnectException.class,
            e -> assertThat(e.reason()).isEqualTo(new CloseReason.PortClosed()));
    mesh.until(() -> !client.isOpen());
    assertThat(clientSide.events).isEmpty();
  }

  @Test
  void anAttemptThatWasGivenUpDoesNotDeliverItsDataLater() {
    mesh.listen(mesh.serverBootstrap(serverSide));
    mesh.clientLink.silent = true;
    ChannelFuture connecting =
        fastOpen().option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 500).connect(mesh.serverAddress());
    connecting.channel().writeAndFlush(text("ask"));
    assertThat(mesh.failure(connecting)).isInstanceOf(ConnectTimeoutException.class);
    mesh.clientLink.silent = false;
    mesh.loop.runFor(Duration.ofMinutes(1));

    assertThat(serverSide.channels()).isEmpty();
    assertThat(mesh.client.connections().toCompletableFuture().join()).isEmpty();
  }

  @Test
  void whatWasWrittenFailsIfThereIsNeverAConnect() {
    Channel client = mesh.done(fastOpen().register());
    ChannelFuture write = client.writeAndFlush(text("ask"));
    mesh.loop.runFor(Duration.ofSeconds(1));
    assertThat(write.isDone()).isFalse();

    client.close();

    assertThat(mesh.failure(write)).isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void aListenerThatIsLateFindsTheData() {
    Channel listener =
        mesh.listen(mesh.serverBootstrap(serverSide).option(ChannelOption.AUTO_READ, false));
    Way.WRITTEN_BEFORE.begin(fastOpen(), mesh);
    mesh.loop.runFor(Duration.ofSeconds(2));
    assertThat(serverSide.channels()).isEmpty();

    listener.read();

    untilAnswered("answer");
    assertThat(serverSide.text).hasToString("ask");
  }

  @Test
  void anAcceptedChannelThatDoesNotReadIsActiveAndKeepsTheDataForLater() {
    mesh.listen(mesh.serverBootstrap(serverSide).childOption(ChannelOption.AUTO_READ, false));
    Way.WRITTEN_BEFORE.begin(fastOpen(), mesh);
    mesh.until(() -> serverSide.saw("active"));
    mesh.loop.runFor(Duration.ofSeconds(1));
    assertThat(serverSide.text).isEmpty();

    serverSide.channels().get(0).read();

    untilAnswered("answer");
  }

  @Test
  void aServerThatAnswersAndClosesIsHeardToTheEnd() {
    Recorder brief =
        new Recorder() {
          @Override
          public void channelRead(ChannelHandlerContext ctx, Object msg) {
            super.channelRead(ctx, msg);
            ctx.writeAndFlush(text("answer")).addListener(ChannelFutureListener.CLOSE);
          }
        };
    mesh.listen(mesh.serverBootstrap(brief));
    Way.WRITTEN_BEFORE.begin(fastOpen(), mesh);
    untilAnswered("answer");
    mesh.until(() -> clientSide.saw("inactive"));

    assertThat(clientSide.events).containsExactly("active", "inactive");
    assertThat(brief.events).containsExactly("active", "inactive");
    assertThat(clientSide.cause).isNull();
  }

  @Test
  void aClientThatVanishesBehindItsSynIsFoundOut() {
    mesh.listen(
        mesh.serverBootstrap(serverSide)
            .option(MeshChannelOption.USER_TIMEOUT, Duration.ofSeconds(5)));
    Way.WRITTEN_BEFORE.begin(fastOpen(), mesh);
    mesh.loop.runFor(Duration.ofMillis(1));
    mesh.clientLink.silent = true;
    mesh.until(() -> serverSide.saw("inactive"));

    assertThat(serverSide.text).hasToString("ask");
    assertThat(serverSide.events).startsWith("active").endsWith("exception", "inactive");
  }

  @Test
  void manyConnectionsAtOnceEachTakeOneRoundTrip() {
    mesh.listen(mesh.serverBootstrap(serverSide).option(ChannelOption.SO_BACKLOG, 200));
    List<Recorder> askers = new ArrayList<>();
    Duration before = mesh.loop.now();
    for (int i = 0; i < 100; i++) {
      Recorder asker = new Recorder();
      askers.add(asker);
      mesh.clientBootstrap(asker)
          .option(ChannelOption.TCP_FASTOPEN_CONNECT, true)
          .connect(mesh.serverAddress())
          .channel()
          .writeAndFlush(text("ask"));
    }
    mesh.until(() -> askers.stream().allMatch(a -> a.text.toString().equals("answer")));

    assertThat(mesh.loop.now().minus(before)).isEqualTo(ROUND_TRIP);
  }

  @ParameterizedTest(name = "with the option: {0}")
  @ValueSource(booleans = {true, false})
  void tlsSavesARoundTripToo(boolean option) throws Exception {
    X509Bundle certificate =
        new CertificateBuilder()
            .subject("cn=mesh")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    SslContext server =
        SslContextBuilder.forServer(certificate.toKeyManagerFactory())
            .sslProvider(SslProvider.JDK)
            .protocols("TLSv1.3")
            .build();
    SslContext client =
        SslContextBuilder.forClient()
            .trustManager(certificate.toTrustManagerFactory())
            .endpointIdentificationAlgorithm(null)
            .sslProvider(SslProvider.JDK)
            .protocols("TLSv1.3")
            .build();
    ServerBootstrap listening =
        mesh.serverBootstrap(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel.pipeline().addLast(server.newHandler(channel.alloc()), serverSide);
              }
            });
    mesh.listen(listening);
    Recorder asking =
        new Recorder() {
          @Override
          public void channelActive(ChannelHandlerContext ctx) {
            super.channelActive(ctx);
            ctx.writeAndFlush(text("ask"));
          }

          @Override
          public void channelRead(ChannelHandlerContext ctx, Object msg) {
            clientSide.channelRead(ctx, msg);
          }
        };
    Bootstrap connecting =
        mesh.clientBootstrap(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(client.newHandler(channel.alloc()), asking);
                  }
                })
            .option(ChannelOption.TCP_FASTOPEN_CONNECT, option);
    connecting.connect(mesh.serverAddress());

    assertThat(untilAnswered("answer")).isEqualTo(ROUND_TRIP.multipliedBy(option ? 2 : 3));
    mesh.loop.runFor(Duration.ofMinutes(1));
  }
}
