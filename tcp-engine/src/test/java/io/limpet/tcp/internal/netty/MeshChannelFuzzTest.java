package io.limpet.tcp.internal.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.tcp.MeshChannel;
import io.limpet.tcp.MeshChannelOption;
import io.limpet.tcp.TcpState;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Applications that do anything at any time, on a bad mesh: whatever happens, each side reads a
 * beginning of what the other wrote, events come in an order that Netty promises, and nothing is
 * left behind.
 */
@ExtendWith(LeakGuard.class)
class MeshChannelFuzzTest {

  private static final int CONNECTIONS = 6;
  private static final int STEPS = 400;

  /** Replay one seed with {@code -Dlimpet.seed=…}. */
  static long[] seeds() {
    Long one = Long.getLong("limpet.seed");
    if (one != null) {
      return new long[] {one};
    }
    long first = System.nanoTime();
    long[] seeds = new long[40];
    for (int i = 0; i < seeds.length; i++) {
      seeds[i] = first + i;
    }
    return seeds;
  }

  @ParameterizedTest(name = "limpet.seed={0}")
  @MethodSource("seeds")
  void whateverApplicationsDo(long seed) {
    Random random = new Random(seed);
    Loops loops = random.nextBoolean() ? Loops.NEAR : Loops.FAR;
    try (VirtualMesh mesh = new VirtualMesh(seed, loops)) {
      mesh.loop.shuffle(new Random(seed));
      mesh.mesh.lossRate = random.nextInt(4) * 0.1;
      mesh.mesh.jitterNs = random.nextBoolean() ? 0 : 5_000_000;
      mesh.mesh.duplicateRate = random.nextBoolean() ? 0 : 0.05;
      List<Witness> accepted = new ArrayList<>();
      boolean halfClosure = random.nextBoolean();
      mesh.listen(
          mesh.serverBootstrap(new Accepting(accepted, random))
              .option(ChannelOption.SO_RCVBUF, 16_384)
              .option(MeshChannelOption.USER_TIMEOUT, Duration.ofMinutes(2))
              .childOption(ChannelOption.ALLOW_HALF_CLOSURE, halfClosure));
      List<Witness> connecting = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        Witness witness = new Witness(random);
        connecting.add(witness);
        mesh.clientBootstrap(witness)
            .option(ChannelOption.SO_SNDBUF, 16_384)
            .option(MeshChannelOption.USER_TIMEOUT, Duration.ofMinutes(2))
            .option(ChannelOption.ALLOW_HALF_CLOSURE, !halfClosure)
            .connect(mesh.serverAddress());
      }
      for (int step = 0; step < STEPS; step++) {
        mesh.loop.runFor(Duration.ofNanos(random.nextInt(20_000_000)));
        List<Witness> side = random.nextBoolean() ? connecting : accepted;
        if (!side.isEmpty()) {
          side.get(random.nextInt(side.size())).doSomething();
        }
        mesh.serverLink.silent = random.nextInt(100) < (mesh.serverLink.silent ? 90 : 1);
      }
      settle(mesh, connecting, accepted);
      for (Witness client : connecting) {
        client.check();
        accepted.stream().filter(client::isPeerOf).forEach(client::checkAgainst);
      }
      accepted.forEach(Witness::check);
    }
  }

  /** Lets everybody close, and waits until nothing is left but what TIME_WAIT keeps. */
  private static void settle(VirtualMesh mesh, List<Witness> connecting, List<Witness> accepted) {
    mesh.serverLink.silent = false;
    connecting.forEach(Witness::close);
    accepted.forEach(Witness::close);
    mesh.loop.runFor(Duration.ofMinutes(10));
    for (var tcp : List.of(mesh.client, mesh.server)) {
      assertThat(tcp.connections().toCompletableFuture().join())
          .allMatch(info -> info.state() == TcpState.TIME_WAIT);
    }
  }

  private static final class Accepting extends ChannelInitializer<Channel> {
    private final List<Witness> accepted;
    private final Random random;

    Accepting(List<Witness> accepted, Random random) {
      this.accepted = accepted;
      this.random = random;
    }

    @Override
    protected void initChannel(Channel channel) {
      Witness witness = new Witness(random);
      accepted.add(witness);
      channel.pipeline().addLast(witness);
    }
  }

  /** One side of a connection: writes a counted stream, and remembers what it saw. */
  private static final class Witness extends ChannelInboundHandlerAdapter {
    private final Random random;
    private @Nullable MeshChannel channel;
    private int written;
    private int read;
    private int actives;
    private int inactives;
    private int inputShutdowns;
    private int readCompletes;
    private @Nullable Object clientAddress;
    private @Nullable String complaint;

    Witness(Random random) {
      this.random = random;
    }

    @Override
    public void channelRegistered(ChannelHandlerContext ctx) {
      channel = (MeshChannel) ctx.channel();
      ctx.fireChannelRegistered();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      actives++;
      clientAddress =
          ctx.channel().parent() == null
              ? ctx.channel().localAddress()
              : ctx.channel().remoteAddress();
      ctx.fireChannelActive();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      inactives++;
      if (actives == 0) {
        complain("inactive without having been active");
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ByteBuf buffer = (ByteBuf) msg;
      if (inactives > 0 || inputShutdowns > 0) {
        complain("read after the end");
      }
      // At once: under leak detection every access of a buffer is written down.
      byte[] bytes = ByteBufUtil.getBytes(buffer);
      buffer.release();
      for (byte value : bytes) {
        if (value != (byte) read++) {
          complain("a wrong byte at " + (read - 1));
          break;
        }
      }
      if (random.nextInt(10) == 0) {
        doSomething();
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object evt) {
      if (evt == ChannelInputShutdownEvent.INSTANCE) {
        inputShutdowns++;
      } else if (evt == ChannelInputShutdownReadComplete.INSTANCE) {
        readCompletes++;
      }
      if (random.nextInt(3) == 0) {
        doSomething();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      if (!(cause instanceof IOException)) {
        complain("an exception that is none of the network: " + cause);
      }
    }

    void doSomething() {
      MeshChannel current = channel;
      if (current == null) {
        return;
      }
      switch (random.nextInt(24)) {
        case 0 -> current.shutdownOutput();
        case 1 -> current.config().setAutoRead(false);
        case 2 -> current.read();
        case 3 -> {
          if (random.nextInt(8) == 0) {
            current.close();
          }
        }
        case 4 -> {
          if (random.nextInt(16) == 0) {
            current.config().setSoLinger(0);
            current.close();
          }
        }
        case 5, 6 -> current.config().setAutoRead(true);
        case 7 -> current.flush();
        default -> write(current);
      }
    }

    private void write(Channel current) {
      if (!current.isActive() || current.unsafe().outboundBuffer() == null) {
        return;
      }
      byte[] data = new byte[random.nextInt(4000)];
      for (int i = 0; i < data.length; i++) {
        data[i] = (byte) written++;
      }
      current.write(Unpooled.wrappedBuffer(data));
      if (random.nextInt(3) > 0) {
        current.flush();
      }
    }

    void close() {
      if (channel != null) {
        channel.config().setAutoRead(true);
        channel.close();
      }
    }

    private void complain(String what) {
      if (complaint == null) {
        complaint = what;
      }
    }

    void check() {
      assertThat(complaint).isNull();
      assertThat(actives).isLessThanOrEqualTo(1);
      assertThat(inactives).isEqualTo(actives);
      assertThat(inputShutdowns).isLessThanOrEqualTo(1);
      assertThat(readCompletes).isLessThanOrEqualTo(1);
    }

    boolean isPeerOf(Witness other) {
      return clientAddress != null && clientAddress.equals(other.clientAddress);
    }

    void checkAgainst(Witness peer) {
      assertThat(read).isLessThanOrEqualTo(peer.written);
      assertThat(peer.read).isLessThanOrEqualTo(written);
    }
  }
}
