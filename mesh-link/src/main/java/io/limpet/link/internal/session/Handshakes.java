package io.limpet.link.internal.session;

import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import io.limpet.link.internal.identity.NodeIdentity;
import io.limpet.link.internal.identity.OrchidV2;
import io.limpet.link.internal.identity.X25519KeyPair;
import io.limpet.link.internal.session.HandshakeFormat.First;
import io.limpet.link.internal.session.HandshakeFormat.Identity;
import io.limpet.link.internal.session.HandshakeFormat.Second;
import io.limpet.link.internal.session.Session.Rank;
import io.limpet.link.internal.session.Session.Role;
import io.limpet.link.internal.session.Session.SeenHandshake;
import io.limpet.link.internal.session.Sessions.Inbound;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Both sides of the handshake: makes first messages, answers them, and takes the answers.
 *
 * <p>The order of the checks on what arrives is the order of their cost: structure, recipient,
 * repetition, rate, then the Diffie-Hellmans, then the signature.
 */
final class Handshakes {
  static final Inbound.NotForUs NOT_FOR_US = new Inbound.NotForUs();

  private final NodeIdentity identity;
  private final long epoch;
  private final SessionConfig config;
  private final RandomGenerator random;
  private final PeerTable table;
  private final RejectCounters rejects;
  private final TokenBucket budget;
  private long sequence;

  Handshakes(
      NodeIdentity identity,
      long epoch,
      SessionConfig config,
      RandomGenerator random,
      PeerTable table,
      RejectCounters rejects) {
    this.identity = identity;
    this.epoch = epoch;
    this.config = config;
    this.random = random;
    this.table = table;
    this.rejects = rejects;
    this.budget = new TokenBucket(config.handshakesPerSecond(), config.handshakeBurst());
  }

  /** Makes a first datagram; null when the peer's key turns out to be of small order. */
  byte @Nullable [] initiate(long nowNs, Peer peer, byte[] noiseKey, Bytes earlyFrames) {
    peer.attempted(nowNs + retryNs(peer.attempts()));
    int generation = peer.generation() + 1;
    peer.raiseGeneration(generation);
    int localIndex = table.freshIndex();
    byte[] header = HandshakeFormat.initHeader(localIndex, peer.address);
    NoiseIk noise =
        NoiseIk.initiator(
            identity.noiseKeyPair(),
            X25519KeyPair.generate(random),
            noiseKey,
            HandshakeFormat.prologue(header));
    First first =
        new First(epoch, sequence++, peer.epoch(), generation, Identity.of(identity), earlyFrames);
    byte[] message = noise.writeFirst(HandshakeFormat.encode(first));
    if (message == null) {
      return null;
    }
    table.add(new Pending(peer, localIndex, nowNs, generation, noise));
    return HandshakeFormat.join(header, message);
  }

  /** Takes a first datagram. */
  Inbound onInit(long nowNs, byte[] datagram, boolean overMulticast) {
    ByteBuffer in = ByteBuffer.wrap(datagram);
    if (datagram.length < HandshakeFormat.MIN_INIT_BYTES) {
      return rejects.reject(RejectReason.TOO_SHORT);
    }
    if (in.get(1) != 0) {
      return rejects.reject(RejectReason.MALFORMED);
    }
    if (in.getLong(HandshakeFormat.INIT_HEADER_BYTES - Long.BYTES) != identity.address().low()) {
      return overMulticast ? NOT_FOR_US : rejects.reject(RejectReason.WRONG_RECIPIENT);
    }
    Inbound repeated = repeatedInit(datagram);
    if (repeated != null) {
      return repeated;
    }
    if (!budget.tryTake(nowNs)) {
      return rejects.reject(RejectReason.HANDSHAKE_RATE);
    }
    byte[] header = Arrays.copyOf(datagram, HandshakeFormat.INIT_HEADER_BYTES);
    NoiseIk noise = NoiseIk.responder(identity.noiseKeyPair(), HandshakeFormat.prologue(header));
    byte[] payload =
        noise.readFirst(
            Arrays.copyOfRange(datagram, HandshakeFormat.INIT_HEADER_BYTES, datagram.length));
    if (payload == null) {
      return rejects.reject(RejectReason.BAD_HANDSHAKE);
    }
    First first = HandshakeFormat.decodeFirst(payload);
    if (first == null) {
      return rejects.reject(RejectReason.MALFORMED);
    }
    return onAuthenticInit(nowNs, datagram, in.getInt(2), noise, first);
  }

  /** Takes a second datagram. */
  Inbound onResponse(long nowNs, byte[] datagram, boolean overMulticast) {
    if (datagram.length < HandshakeFormat.RESPONSE_BYTES) {
      return rejects.reject(RejectReason.TOO_SHORT);
    }
    ByteBuffer in = ByteBuffer.wrap(datagram);
    if (datagram.length > HandshakeFormat.RESPONSE_BYTES || in.get(1) != 0) {
      return rejects.reject(RejectReason.MALFORMED);
    }
    IndexSlot slot = table.slot(in.getInt(2));
    if (slot instanceof Session session && isSeen(session, datagram)) {
      return new Inbound.Duplicate(session.peer.address, -1, null);
    }
    if (!(slot instanceof Pending pending)) {
      return overMulticast ? NOT_FOR_US : rejects.reject(RejectReason.UNKNOWN_INDEX);
    }
    if (nowNs - pending.sentNs() > config.pendingLifetimeNs()) {
      table.remove(pending);
      return rejects.reject(RejectReason.EXPIRED);
    }
    if (!budget.tryTake(nowNs)) {
      return rejects.reject(RejectReason.HANDSHAKE_RATE);
    }
    byte[] payload =
        pending
            .noise()
            .readSecond(
                Arrays.copyOfRange(
                    datagram, HandshakeFormat.RESPONSE_HEADER_BYTES, datagram.length));
    if (payload == null) {
      return rejects.reject(RejectReason.BAD_HANDSHAKE);
    }
    byte[][] keys = pending.noise().split();
    byte[] noiseKey = pending.noise().remoteStatic();
    // The handshake is over, whatever the peer said in it.
    table.remove(pending);
    Second second = HandshakeFormat.decodeSecond(payload);
    if (second == null || second.generation() < pending.generation()) {
      return rejects.reject(RejectReason.MALFORMED);
    }
    return onAuthenticResponse(nowNs, datagram, pending, second, noiseKey, keys);
  }

  private Inbound onAuthenticInit(
      long nowNs, byte[] datagram, int remoteIndex, NoiseIk noise, First first) {
    byte[] noiseKey = noise.remoteStatic();
    MeshAddress address = OrchidV2.addressOf(first.identity().signingKey());
    Peer known = table.find(address);
    if (address.equals(identity.address()) || !isProven(known, first.identity(), noiseKey)) {
      return rejects.reject(RejectReason.WRONG_IDENTITY);
    }
    if (known != null && first.epoch() < known.epoch()) {
      return rejects.reject(RejectReason.STALE_EPOCH);
    }
    if (known != null
        && first.epoch() == known.epoch()
        && first.sequence() <= known.newestSequence()) {
      return rejects.reject(RejectReason.STALE_TIMESTAMP);
    }
    // Drawn and computed before anything is changed: a key of small order must leave no trace.
    Peer peer = table.obtain(address);
    int generation = Math.max(first.generation(), peer.generation() + 1);
    int localIndex = table.freshIndex();
    byte[] message =
        noise.writeSecond(
            X25519KeyPair.generate(random),
            HandshakeFormat.encode(
                new Second(epoch, localIndex, generation, Identity.of(identity))));
    if (message == null) {
      return rejects.reject(RejectReason.BAD_HANDSHAKE);
    }
    // Early frames are safe to deliver only if this datagram cannot be the replay of one that was
    // delivered before: not in an earlier life of this node, and not before its newest timestamp
    // was forgotten. Otherwise the handshake goes on, and the peer has to prove that it is live.
    boolean live =
        first.recipientEpoch() == epoch && (peer.hasHandshakeMemory() || !peer.mayBeForgotten);
    enterEpoch(nowNs, peer, first.epoch());
    peer.setProven(first.identity().signingKey(), noiseKey);
    peer.setNewestSequence(first.sequence());
    peer.raiseGeneration(generation);
    if (live) {
      peer.resetAttempts();
    }
    byte[] response = HandshakeFormat.join(HandshakeFormat.responseHeader(remoteIndex), message);
    SeenHandshake seen = seen(datagram, HandshakeFormat.INIT_HEADER_BYTES, Bytes.of(response));
    Role role = new Role(false, live, new Rank(generation, address), seen);
    table.add(nowNs, new Session(role, peer, localIndex, remoteIndex, nowNs, noise.split()));
    noise.destroy();
    ByteBuf frames =
        live ? Unpooled.wrappedBuffer(first.earlyFrames().toArray()) : Unpooled.EMPTY_BUFFER;
    return new Inbound.Frames(
        address,
        -1,
        -1,
        frames,
        Unpooled.wrappedBuffer(response),
        live,
        first.epoch(),
        first.identity().signingKey());
  }

  private Inbound onAuthenticResponse(
      long nowNs, byte[] datagram, Pending pending, Second second, byte[] noiseKey, byte[][] keys) {
    Peer peer = pending.peer();
    Bytes signingKey = second.identity().signingKey();
    if (!OrchidV2.addressOf(signingKey).equals(peer.address)
        || !isProven(peer, second.identity(), noiseKey)) {
      return rejects.reject(RejectReason.WRONG_IDENTITY);
    }
    if (second.epoch() < peer.epoch()) {
      return rejects.reject(RejectReason.STALE_EPOCH);
    }
    enterEpoch(nowNs, peer, second.epoch());
    peer.setProven(signingKey, noiseKey);
    peer.raiseGeneration(second.generation());
    peer.resetAttempts();
    SeenHandshake seen = seen(datagram, HandshakeFormat.RESPONSE_HEADER_BYTES, null);
    Role role = new Role(true, true, new Rank(second.generation(), identity.address()), seen);
    table.add(
        nowNs,
        new Session(
            role, peer, pending.localIndex(), second.senderIndex(), pending.sentNs(), keys));
    return new Inbound.Frames(
        peer.address, -1, -1, Unpooled.EMPTY_BUFFER, null, true, second.epoch(), signingKey);
  }

  /** Drops what was shared with an earlier life of the peer. */
  void enterEpoch(long nowNs, Peer peer, long newEpoch) {
    if (newEpoch > peer.epoch()) {
      table.clear(nowNs, peer);
      peer.setEpoch(newEpoch);
    }
  }

  private @Nullable Inbound repeatedInit(byte[] datagram) {
    long prefix = HandshakeFormat.ephemeralPrefix(datagram, HandshakeFormat.INIT_HEADER_BYTES);
    Session session = table.byEphemeral(prefix);
    if (session == null || !isSeen(session, datagram)) {
      return null;
    }
    // Who has used the association has had the answer.
    Bytes reply = session.isConfirmed() ? null : session.handshake.reply();
    return new Inbound.Duplicate(
        session.peer.address, -1, reply == null ? null : Unpooled.wrappedBuffer(reply.toArray()));
  }

  private static boolean isSeen(Session session, byte[] datagram) {
    return session.handshake.digest().equals(HandshakeFormat.digest(datagram));
  }

  private static SeenHandshake seen(byte[] datagram, int headerBytes, @Nullable Bytes reply) {
    return new SeenHandshake(
        HandshakeFormat.digest(datagram),
        HandshakeFormat.ephemeralPrefix(datagram, headerBytes),
        reply);
  }

  private static boolean isProven(@Nullable Peer peer, Identity claimed, byte[] noiseKey) {
    return (peer != null && peer.hasProven(claimed.signingKey(), noiseKey))
        || NodeIdentity.certifies(claimed.certificate(), claimed.signingKey(), Bytes.of(noiseKey));
  }

  private long retryNs(int attempts) {
    long backedOffNs = config.retryNs() << Math.min(attempts, 20);
    long waitNs = Math.min(backedOffNs, config.maxRetryNs());
    // Two nodes that began at once must not go on in step.
    return waitNs + random.nextLong(waitNs / 4 + 1);
  }
}
