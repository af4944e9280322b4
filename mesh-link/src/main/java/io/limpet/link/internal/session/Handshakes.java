package io.limpet.link.internal.session;

import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import io.limpet.link.internal.identity.NodeIdentity;
import io.limpet.link.internal.identity.OrchidV2;
import io.limpet.link.internal.identity.X25519KeyPair;
import io.limpet.link.internal.session.Admission.Decision;
import io.limpet.link.internal.session.HandshakeFormat.First;
import io.limpet.link.internal.session.HandshakeFormat.Header;
import io.limpet.link.internal.session.HandshakeFormat.Identity;
import io.limpet.link.internal.session.HandshakeFormat.Second;
import io.limpet.link.internal.session.Session.Rank;
import io.limpet.link.internal.session.Session.Role;
import io.limpet.link.internal.session.Session.SeenHandshake;
import io.limpet.link.internal.session.Sessions.Arrival;
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
 * repetition, age, the proofs by MAC, the budgets, then the Diffie-Hellmans, then the signature.
 */
final class Handshakes {
  static final Inbound.NotForUs NOT_FOR_US = new Inbound.NotForUs();

  private final NodeIdentity identity;
  private final long epoch;
  private final SessionConfig config;
  private final RandomGenerator random;
  private final PeerTable table;
  private final RejectCounters<RejectReason, Sessions.Inbound> rejects;
  private final HandshakeMacs macs = new HandshakeMacs();
  private final Cookies cookies;
  private final Admission admission;
  private long sequence;

  Handshakes(
      NodeIdentity identity,
      long epoch,
      SessionConfig config,
      RandomGenerator random,
      PeerTable table,
      RejectCounters<RejectReason, Sessions.Inbound> rejects) {
    this.identity = identity;
    this.epoch = epoch;
    this.config = config;
    this.random = random;
    this.table = table;
    this.rejects = rejects;
    this.cookies = new Cookies(macs, random);
    this.admission = new Admission(config, cookies, random);
  }

  /**
   * Computes what proves handshakes with the owner of a static key; null for one of small order.
   */
  byte @Nullable [] pairKey(byte[] noiseKey) {
    byte[] secret = new byte[X25519KeyPair.BYTES];
    return identity.noiseKeyPair().agree(noiseKey, 0, secret) ? macs.pairKey(secret) : null;
  }

  /** Makes a first datagram; null when the peer's key turns out to be of small order. */
  byte @Nullable [] initiate(
      long nowNs, Peer peer, byte[] noiseKey, byte[] pairKey, Bytes earlyFrames) {
    peer.attempted(nowNs + retryNs(peer.attempts()));
    int generation = peer.generation() + 1;
    peer.raiseGeneration(generation);
    int localIndex = table.freshIndex();
    byte[] header =
        new Header(localIndex, peer.address.low(), identity.address().low(), epoch, sequence++)
            .encode();
    NoiseIk noise =
        NoiseIk.initiator(
            identity.noiseKeyPair(),
            X25519KeyPair.generate(random),
            noiseKey,
            HandshakeFormat.prologue(header));
    First first = new First(peer.epoch(), generation, Identity.of(identity), earlyFrames);
    byte[] message = noise.writeFirst(HandshakeFormat.encode(first));
    if (message == null) {
      return null;
    }
    byte[] datagram = HandshakeFormat.join(header, message, HandshakeFormat.INIT_TAIL_BYTES);
    macs.write(pairKey, datagram, datagram.length - HandshakeFormat.INIT_TAIL_BYTES);
    table.add(new Pending(peer, localIndex, nowNs, generation, noise, datagram));
    return datagram;
  }

  /** Takes a first datagram. */
  Inbound onInit(long nowNs, byte[] datagram, Arrival arrival) {
    if (datagram.length < HandshakeFormat.MIN_INIT_BYTES) {
      return rejects.reject(RejectReason.TOO_SHORT);
    }
    Header header = Header.decode(datagram);
    if (header == null) {
      return rejects.reject(RejectReason.MALFORMED);
    }
    if (header.recipient() != identity.address().low()) {
      return arrival.overMulticast() ? NOT_FOR_US : rejects.reject(RejectReason.WRONG_RECIPIENT);
    }
    Inbound repeated = repeatedInit(datagram);
    if (repeated != null) {
      return repeated;
    }
    Peer named = table.findByHint(header.sender());
    byte[] pairKey = named == null ? null : named.pairKey();
    if (named != null && pairKey != null) {
      RejectReason flaw = flawOf(header, named);
      if (flaw == null && !macs.isRight(pairKey, datagram, pairMacOffset(datagram))) {
        flaw = RejectReason.BAD_MAC;
      }
      if (flaw == null && admission.decidePeer(nowNs, named) == Decision.REFUSE) {
        flaw = RejectReason.HANDSHAKE_RATE;
      }
      return flaw != null ? rejects.reject(flaw) : readInit(nowNs, datagram, header);
    }
    return switch (admission.decideStranger(nowNs, datagram, arrival)) {
      case ADMIT -> readInit(nowNs, datagram, header);
      case REFUSE -> rejects.reject(RejectReason.HANDSHAKE_RATE);
      case DEMAND_COOKIE -> {
        rejects.reject(RejectReason.COOKIE_DEMANDED);
        byte[] cookie = cookies.answer(nowNs, datagram, arrival.place(), arrival.source());
        yield new Inbound.Challenged(
            Unpooled.wrappedBuffer(cookie), RejectReason.COOKIE_DEMANDED.label());
      }
    };
  }

  private static int pairMacOffset(byte[] init) {
    return init.length - HandshakeFormat.INIT_TAIL_BYTES;
  }

  /** Says why a first message of this age is refused, or null. */
  private static @Nullable RejectReason flawOf(Header header, @Nullable Peer peer) {
    if (peer == null || header.epoch() > peer.epoch()) {
      return null;
    }
    if (header.epoch() < peer.epoch()) {
      return RejectReason.STALE_EPOCH;
    }
    boolean newer = header.sequence() > peer.newestSequence();
    return newer ? null : RejectReason.STALE_TIMESTAMP;
  }

  private Inbound readInit(long nowNs, byte[] datagram, Header header) {
    byte[] clear = Arrays.copyOf(datagram, HandshakeFormat.INIT_HEADER_BYTES);
    NoiseIk noise = NoiseIk.responder(identity.noiseKeyPair(), HandshakeFormat.prologue(clear));
    byte[] payload =
        noise.readFirst(
            Arrays.copyOfRange(
                datagram, HandshakeFormat.INIT_HEADER_BYTES, pairMacOffset(datagram)));
    if (payload == null) {
      return rejects.reject(RejectReason.BAD_HANDSHAKE);
    }
    First first = HandshakeFormat.decodeFirst(payload);
    if (first == null) {
      return rejects.reject(RejectReason.MALFORMED);
    }
    return onAuthenticInit(nowNs, datagram, header, noise, first);
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
    if (slot instanceof Session session && isSeen(session, datagram, 0)) {
      return new Inbound.Duplicate(session.peer.address, -1, null);
    }
    if (!(slot instanceof Pending pending)) {
      return overMulticast ? NOT_FOR_US : rejects.reject(RejectReason.UNKNOWN_INDEX);
    }
    if (isExpired(nowNs, pending)) {
      return rejects.reject(RejectReason.EXPIRED);
    }
    int macOffset = datagram.length - HandshakeMacs.BYTES;
    byte[] pairKey = pending.peer.pairKey();
    if (pairKey == null || !macs.isRight(pairKey, datagram, macOffset)) {
      return rejects.reject(RejectReason.BAD_MAC);
    }
    if (!pending.peer.mayShakeHands(nowNs)) {
      return rejects.reject(RejectReason.HANDSHAKE_RATE);
    }
    byte[] payload =
        pending.noise.readSecond(
            Arrays.copyOfRange(datagram, HandshakeFormat.RESPONSE_HEADER_BYTES, macOffset));
    if (payload == null) {
      return rejects.reject(RejectReason.BAD_HANDSHAKE);
    }
    byte[][] keys = pending.noise.split();
    byte[] noiseKey = pending.noise.remoteStatic();
    // The handshake is over, whatever the peer said in it.
    table.remove(pending);
    Second second = HandshakeFormat.decodeSecond(payload);
    if (second == null || second.generation() < pending.generation) {
      return rejects.reject(RejectReason.MALFORMED);
    }
    return onAuthenticResponse(nowNs, datagram, pending, second, noiseKey, keys);
  }

  /** Takes a demand for proof of address, and repeats the initiation with it. */
  Inbound onCookie(long nowNs, byte[] datagram, boolean overMulticast) {
    ByteBuffer in = ByteBuffer.wrap(datagram);
    if (datagram.length != Cookies.ANSWER_BYTES || in.get(1) != 0) {
      return rejects.reject(RejectReason.MALFORMED);
    }
    if (!(table.slot(in.getInt(2)) instanceof Pending pending)) {
      return overMulticast ? NOT_FOR_US : rejects.reject(RejectReason.UNWANTED_COOKIE);
    }
    if (isExpired(nowNs, pending)) {
      return rejects.reject(RejectReason.EXPIRED);
    }
    if (!Cookies.answers(datagram, pending.datagram) || !pending.mayRepeat()) {
      return rejects.reject(RejectReason.UNWANTED_COOKIE);
    }
    byte[] repeated = cookies.withCookie(pending.datagram, datagram);
    return new Inbound.Repeat(pending.peer.address, Unpooled.wrappedBuffer(repeated));
  }

  private boolean isExpired(long nowNs, Pending pending) {
    boolean expired = nowNs - pending.sentNs > config.pendingLifetimeNs();
    if (expired) {
      table.remove(pending);
    }
    return expired;
  }

  private Inbound onAuthenticInit(
      long nowNs, byte[] datagram, Header header, NoiseIk noise, First first) {
    byte[] noiseKey = noise.remoteStatic();
    MeshAddress address = OrchidV2.addressOf(first.identity().signingKey());
    Peer known = table.find(address);
    if (address.low() != header.sender()
        || address.equals(identity.address())
        || !isProven(known, first.identity(), noiseKey)) {
      return rejects.reject(RejectReason.WRONG_IDENTITY);
    }
    RejectReason flaw = flawOf(header, known);
    if (flaw != null) {
      return rejects.reject(flaw);
    }
    // Drawn and computed before anything is changed: a key of small order must leave no trace.
    byte[] pairKey =
        known != null && Arrays.equals(noiseKey, known.noiseKey())
            ? known.pairKey()
            : pairKey(noiseKey);
    Peer peer = table.obtain(nowNs, address);
    if (peer == null) {
      return rejects.reject(RejectReason.TOO_MANY_PEERS);
    }
    int generation = Math.max(first.generation(), peer.generation() + 1);
    int localIndex = table.freshIndex();
    byte[] message =
        noise.writeSecond(
            X25519KeyPair.generate(random),
            HandshakeFormat.encode(
                new Second(epoch, localIndex, generation, Identity.of(identity))));
    if (message == null || pairKey == null) {
      return rejects.reject(RejectReason.BAD_HANDSHAKE);
    }
    // Early frames are safe to deliver only if this datagram cannot be the replay of one that was
    // delivered before: not in an earlier life of this node, and not before its newest timestamp
    // was forgotten. Otherwise the handshake goes on, and the peer has to prove that it is live.
    boolean live =
        first.recipientEpoch() == epoch && (peer.hasHandshakeMemory() || !peer.mayBeForgotten);
    enterEpoch(nowNs, peer, header.epoch());
    peer.setNoiseKey(noiseKey, pairKey);
    peer.setProven(first.identity().signingKey());
    peer.setNewestSequence(header.sequence());
    peer.raiseGeneration(generation);
    if (live) {
      peer.resetAttempts();
    }
    byte[] response = response(header.senderIndex(), message, pairKey);
    SeenHandshake seen =
        new SeenHandshake(
            HandshakeFormat.digest(datagram, HandshakeMacs.BYTES),
            HandshakeFormat.ephemeralPrefix(datagram, HandshakeFormat.INIT_HEADER_BYTES),
            Bytes.of(response));
    Role role = new Role(false, live, new Rank(generation, address), seen);
    table.add(
        nowNs, new Session(role, peer, localIndex, header.senderIndex(), nowNs, noise.split()));
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
        header.epoch(),
        first.identity().signingKey());
  }

  private byte[] response(int receiverIndex, byte[] message, byte[] pairKey) {
    byte[] header = HandshakeFormat.responseHeader(receiverIndex);
    byte[] response = HandshakeFormat.join(header, message, HandshakeMacs.BYTES);
    macs.write(pairKey, response, response.length - HandshakeMacs.BYTES);
    return response;
  }

  private Inbound onAuthenticResponse(
      long nowNs, byte[] datagram, Pending pending, Second second, byte[] noiseKey, byte[][] keys) {
    Peer peer = pending.peer;
    Bytes signingKey = second.identity().signingKey();
    if (!OrchidV2.addressOf(signingKey).equals(peer.address)
        || !isProven(peer, second.identity(), noiseKey)) {
      return rejects.reject(RejectReason.WRONG_IDENTITY);
    }
    if (second.epoch() < peer.epoch()) {
      return rejects.reject(RejectReason.STALE_EPOCH);
    }
    enterEpoch(nowNs, peer, second.epoch());
    peer.setProven(signingKey);
    peer.raiseGeneration(second.generation());
    peer.resetAttempts();
    SeenHandshake seen =
        new SeenHandshake(
            HandshakeFormat.digest(datagram, 0),
            HandshakeFormat.ephemeralPrefix(datagram, HandshakeFormat.RESPONSE_HEADER_BYTES),
            null);
    Role role = new Role(true, true, new Rank(second.generation(), identity.address()), seen);
    table.add(
        nowNs,
        new Session(role, peer, pending.localIndex, second.senderIndex(), pending.sentNs, keys));
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
    if (session == null || !isSeen(session, datagram, HandshakeMacs.BYTES)) {
      return null;
    }
    // Who has used the association has had the answer.
    Bytes reply = session.isConfirmed() ? null : session.handshake.reply();
    return new Inbound.Duplicate(
        session.peer.address, -1, reply == null ? null : Unpooled.wrappedBuffer(reply.toArray()));
  }

  /** Says whether it is the datagram that made the association, whatever cookie it brings. */
  private static boolean isSeen(Session session, byte[] datagram, int without) {
    return session.handshake.digest().equals(HandshakeFormat.digest(datagram, without));
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
