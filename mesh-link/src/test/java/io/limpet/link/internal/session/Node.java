package io.limpet.link.internal.session;

import io.limpet.link.MeshAddress;
import io.limpet.link.internal.identity.NodeIdentity;
import io.limpet.link.internal.session.Sessions.Inbound;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/** One node of a test: an identity, an epoch, and its associations. */
final class Node {
  final NodeIdentity identity;
  final RandomGenerator random;
  final SessionConfig config;
  long epoch;
  NoiseSessions sessions;

  Node(RandomGenerator random, SessionConfig config) {
    this.random = random;
    this.config = config;
    this.identity = NodeIdentity.generate(random);
    restart(1);
  }

  Node(RandomGenerator random) {
    this(random, SessionConfig.DEFAULT);
  }

  void restart(long newEpoch) {
    epoch = newEpoch;
    sessions =
        new NoiseSessions(identity, epoch, config, random, new UnpooledByteBufAllocator(false));
  }

  MeshAddress address() {
    return identity.address();
  }

  /** Hears the other's hello. */
  void learn(Node other) {
    sessions.learn(other.address(), other.identity.noiseKey(), other.epoch);
  }

  byte[] initiate(long nowNs, Node to, String early) {
    return bytes(sessions.initiate(nowNs, to.address(), text(early)));
  }

  byte[] seal(long nowNs, Node to, int pathNumber, String message) {
    ByteBuf out = Unpooled.buffer();
    return sessions.seal(nowNs, to.address(), pathNumber, text(message), out) < 0
        ? new byte[0]
        : bytes(out);
  }

  Inbound open(long nowNs, byte[] datagram) {
    return sessions.open(nowNs, Unpooled.wrappedBuffer(datagram), false);
  }

  static ByteBuf text(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
  }

  static String text(Inbound inbound) {
    return ((Inbound.Frames) inbound).frames().toString(StandardCharsets.UTF_8);
  }

  static byte[] reply(Inbound inbound) {
    ByteBuf reply =
        inbound instanceof Inbound.Frames frames
            ? frames.reply()
            : ((Inbound.Duplicate) inbound).reply();
    return reply == null ? new byte[0] : bytes(reply);
  }

  static byte[] bytes(ByteBuf buffer) {
    byte[] bytes = new byte[buffer.readableBytes()];
    buffer.getBytes(buffer.readerIndex(), bytes);
    buffer.release();
    return bytes;
  }
}
