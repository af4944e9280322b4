package io.limpet.link.internal.session;

import io.limpet.link.MeshAddress;
import io.limpet.link.internal.identity.NodeIdentity;
import io.limpet.link.internal.session.Sessions.Arrival;
import io.limpet.link.internal.session.Sessions.Inbound;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/** One node of a test: an identity, an epoch, and its associations. */
final class Node {
  static final InetSocketAddress SOURCE = source(1);

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

  /** Makes an association without the confirmation, as if that were lost. */
  static void associate(long nowNs, Node initiator, Node responder) {
    Inbound inbound = responder.open(nowNs, initiator.initiate(nowNs, responder, ""));
    initiator.open(nowNs, reply(inbound));
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
    return open(nowNs, Unpooled.wrappedBuffer(datagram), false);
  }

  Inbound open(long nowNs, ByteBuf datagram, boolean overMulticast) {
    return sessions.open(
        nowNs, datagram, new Arrival(overMulticast ? 1 : 0, overMulticast, SOURCE));
  }

  Inbound open(long nowNs, byte[] datagram, InetSocketAddress source) {
    return sessions.open(nowNs, Unpooled.wrappedBuffer(datagram), new Arrival(0, false, source));
  }

  /** One of four thousand million addresses. */
  static InetSocketAddress source(int number) {
    byte[] address = ByteBuffer.allocate(4).putInt(number).array();
    try {
      return new InetSocketAddress(InetAddress.getByAddress(address), 7464);
    } catch (UnknownHostException e) {
      throw new AssertionError("an address has four bytes", e);
    }
  }

  static ByteBuf text(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
  }

  static String text(Inbound inbound) {
    return ((Inbound.Frames) inbound).frames().toString(StandardCharsets.UTF_8);
  }

  static byte[] reply(Inbound inbound) {
    ByteBuf reply = null;
    if (inbound instanceof Inbound.Frames frames) {
      reply = frames.reply();
    } else if (inbound instanceof Inbound.Duplicate duplicate) {
      reply = duplicate.reply();
    } else if (inbound instanceof Inbound.Challenged challenged) {
      reply = challenged.cookie();
    } else if (inbound instanceof Inbound.Repeat repeat) {
      reply = repeat.datagram();
    }
    return reply == null ? new byte[0] : bytes(reply);
  }

  static byte[] bytes(ByteBuf buffer) {
    byte[] bytes = new byte[buffer.readableBytes()];
    buffer.getBytes(buffer.readerIndex(), bytes);
    buffer.release();
    return bytes;
  }
}
