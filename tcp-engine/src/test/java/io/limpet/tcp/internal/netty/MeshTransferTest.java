package io.limpet.tcp.internal.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Much data, much loss, many connections: every byte in order. */
@ExtendWith(LeakGuard.class)
@ParameterizedClass
@EnumSource(Loops.class)
class MeshTransferTest {

  /** Replay a failure with {@code -Dlimpet.seed=…}. */
  private static final long SEED = Long.getLong("limpet.seed", System.nanoTime());

  private static final int MEGABYTE = 1 << 20;

  private final Loops loops;

  MeshTransferTest(Loops loops) {
    this.loops = loops;
  }

  @Test
  void tenMegabytesPassThroughTenPercentLoss() throws Exception {
    transfer(10 * MEGABYTE, 0.10, 0, 0);
  }

  @Test
  void reorderingAndDuplicatesChangeNothing() throws Exception {
    transfer(3 * MEGABYTE, 0.02, 0.05, 3_000_000);
  }

  private void transfer(int bytes, double loss, double duplicates, long jitterNs) throws Exception {
    System.out.println("limpet.seed=" + SEED);
    try (VirtualMesh mesh = new VirtualMesh(SEED, loops)) {
      Digester receiver = new Digester();
      mesh.listen(mesh.serverBootstrap(receiver));
      Channel client = mesh.connect(mesh.clientBootstrap(new Recorder()));
      mesh.mesh.lossRate = loss;
      mesh.mesh.duplicateRate = duplicates;
      mesh.mesh.jitterNs = jitterNs;
      byte[] data = new byte[bytes];
      new Random(SEED).nextBytes(data);

      client.writeAndFlush(Unpooled.wrappedBuffer(data)).addListener(ChannelFutureListener.CLOSE);
      mesh.loop.runUntil(() -> receiver.closed, Duration.ofMinutes(30));

      System.out.printf(
          "%d bytes, loss %.2f: %d ms of virtual time, %d of %d datagrams dropped%n",
          bytes,
          loss,
          mesh.loop.now().toMillis(),
          mesh.clientLink.dropped.get(),
          mesh.clientLink.datagramsSent.get());
      assertThat(receiver.bytes).isEqualTo(bytes);
      assertThat(receiver.hash()).isEqualTo(hash(data));
    }
  }

  @Test
  void aThousandConnectionsEcho() {
    System.out.println("limpet.seed=" + SEED);
    try (VirtualMesh mesh = new VirtualMesh(SEED, loops)) {
      mesh.mesh.lossRate = 0.01;
      mesh.listen(mesh.serverBootstrap(new Echo()).option(ChannelOption.SO_BACKLOG, 1000));
      List<Recorder> recorders = new ArrayList<>();
      List<ChannelFuture> connects = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        Recorder recorder = new Recorder();
        recorders.add(recorder);
        connects.add(mesh.clientBootstrap(recorder).connect(mesh.serverAddress()));
      }
      mesh.until(() -> connects.stream().allMatch(ChannelFuture::isDone));
      assertThat(connects).allMatch(ChannelFuture::isSuccess);
      for (int i = 0; i < 1000; i++) {
        ByteBuf words = Unpooled.copiedBuffer(wordsOf(i), StandardCharsets.UTF_8);
        connects.get(i).channel().writeAndFlush(words);
      }
      int all = IntStream.range(0, 1000).map(i -> wordsOf(i).length()).sum();
      mesh.until(() -> recorders.stream().mapToInt(r -> r.text.length()).sum() == all);
      for (int i = 0; i < 1000; i++) {
        assertThat(recorders.get(i).text).hasToString(wordsOf(i));
        connects.get(i).channel().close();
      }
      mesh.until(() -> recorders.stream().allMatch(r -> r.saw("inactive")));
    }
  }

  private static String wordsOf(int number) {
    return ("I am number " + number + ". ").repeat(100);
  }

  private static String hash(byte[] data) throws NoSuchAlgorithmException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data));
  }

  private static final class Echo extends ChannelInboundHandlerAdapter {
    @Override
    public boolean isSharable() {
      return true;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ctx.writeAndFlush(msg);
    }
  }

  private static final class Digester extends ChannelInboundHandlerAdapter {
    private final MessageDigest digest;
    long bytes;
    boolean closed;

    Digester() throws NoSuchAlgorithmException {
      digest = MessageDigest.getInstance("SHA-256");
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ByteBuf buffer = (ByteBuf) msg;
      bytes += buffer.readableBytes();
      digest.update(buffer.nioBuffer());
      buffer.release();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      closed = true;
    }

    String hash() {
      return HexFormat.of().formatHex(digest.digest());
    }
  }
}
