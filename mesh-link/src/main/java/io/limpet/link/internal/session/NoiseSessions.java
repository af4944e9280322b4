package io.limpet.link.internal.session;

import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import io.limpet.link.internal.identity.NodeIdentity;
import io.limpet.link.internal.identity.X25519KeyPair;
import io.limpet.link.internal.wire.DatagramBuffer;
import io.limpet.link.internal.wire.DatagramType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * {@link Sessions} over Noise IK and AES-256-GCM.
 *
 * <p>Which association is used: all that a pair of nodes has are ordered alike on both sides;
 * {@link #seal} takes the highest that the peer is known to have. The initiator knows it by the
 * answer, the responder by the first sealed datagram; until then it uses the new one only if it has
 * no other. Whoever gets {@code established} should therefore seal something soon. Older
 * associations stay open for what is still on its way. So two nodes that initiate at once can both
 * talk at once, and meet on one association as soon as both have.
 *
 * <p>Counters of a path go on across associations and never go back while this object lives.
 */
public final class NoiseSessions implements Sessions {
  /** Type, flags, receiver index, path number, counter. */
  static final int HEADER_BYTES = 1 + 1 + 4 + 1 + 8;

  /** Largest datagram taken or made: a jumbo frame. */
  public static final int MAX_DATAGRAM_BYTES = 9216;

  private static final byte CONFIRMATION_FLAG = 1;
  private static final int FLAGS_OFFSET = 1;
  private static final int INDEX_OFFSET = 2;
  private static final int PATH_OFFSET = 6;
  private static final int COUNTER_OFFSET = 7;
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final int OVERHEAD_BYTES = HEADER_BYTES + TransportCipher.TAG_BYTES;

  private final NodeIdentity identity;
  private final SessionConfig config;
  private final ByteBufAllocator allocator;
  private final PeerTable table;
  private final Handshakes handshakes;
  private final RejectCounters<RejectReason, Inbound> rejects =
      new RejectCounters<>(RejectReason.class, reason -> new Inbound.Rejected(reason.label()));
  private final byte[] input = new byte[MAX_DATAGRAM_BYTES];
  private final byte[] output = new byte[MAX_DATAGRAM_BYTES];
  private final DatagramBuffer opened;
  private long latestNs;

  /**
   * Makes the associations of a node, none yet.
   *
   * @param epoch this node's epoch
   * @param random a cryptographic generator, outside simulations
   * @param allocator of the buffers that {@link #open} returns
   */
  public NoiseSessions(
      NodeIdentity identity,
      long epoch,
      SessionConfig config,
      RandomGenerator random,
      ByteBufAllocator allocator) {
    if (epoch <= 0) {
      throw new IllegalArgumentException("an epoch is positive");
    }
    this.identity = identity;
    this.config = config;
    this.allocator = allocator;
    this.opened = new DatagramBuffer(allocator);
    this.table = new PeerTable(config, random);
    this.handshakes = new Handshakes(identity, epoch, config, random, table, rejects);
  }

  @Override
  public int overheadBytes() {
    return OVERHEAD_BYTES;
  }

  @Override
  public void learn(MeshAddress peer, Bytes noiseKey, long epoch) {
    if (peer.equals(identity.address()) || noiseKey.length() != X25519KeyPair.BYTES) {
      return;
    }
    Peer known = table.find(peer);
    if (known != null && epoch < known.epoch()) {
      return;
    }
    byte[] key = noiseKey.toArray();
    byte[] knownKey = known == null ? null : known.noiseKey();
    byte[] pairKey = Arrays.equals(key, knownKey) ? null : handshakes.pairKey(key);
    if (pairKey == null && !Arrays.equals(key, knownKey)) {
      return;
    }
    Peer learnt = known == null ? table.obtain(latestNs, peer) : known;
    if (learnt == null) {
      return;
    }
    handshakes.enterEpoch(latestNs, learnt, epoch);
    if (pairKey != null) {
      learnt.setNoiseKey(key, pairKey);
    }
  }

  @Override
  public boolean isReady(MeshAddress peer) {
    Peer known = table.find(peer);
    return known != null && current(latestNs, known) != null;
  }

  @Override
  public boolean canInitiate(MeshAddress peer) {
    Peer known = table.find(peer);
    return known != null && known.noiseKey() != null;
  }

  @Override
  public void drop(MeshAddress peer) {
    Peer known = table.find(peer);
    if (known != null) {
      table.clear(latestNs, known);
    }
  }

  @Override
  public ByteBuf initiate(long nowNs, MeshAddress peer, ByteBuf earlyFrames) {
    latestNs = nowNs;
    Peer known = table.find(peer);
    byte[] noiseKey = known == null ? null : known.noiseKey();
    byte[] pairKey = known == null ? null : known.pairKey();
    if (known == null || noiseKey == null || pairKey == null) {
      throw new IllegalStateException("nothing learnt of " + peer + ": ask canInitiate first");
    }
    if (earlyFrames.readableBytes() > maxEarlyBytes(MAX_DATAGRAM_BYTES)) {
      throw new IllegalArgumentException("early frames that fit no datagram");
    }
    byte[] early = new byte[earlyFrames.readableBytes()];
    earlyFrames.getBytes(earlyFrames.readerIndex(), early);
    byte[] datagram = handshakes.initiate(nowNs, known, noiseKey, pairKey, Bytes.of(early));
    if (datagram == null) {
      throw new IllegalStateException("no key of small order is ever learnt");
    }
    return Unpooled.wrappedBuffer(datagram);
  }

  @Override
  public int maxEarlyBytes(int datagramBytes) {
    return Math.max(0, datagramBytes - HandshakeFormat.MIN_INIT_BYTES);
  }

  @Override
  public long seal(long nowNs, MeshAddress peer, int pathNumber, ByteBuf frames, ByteBuf out) {
    latestNs = nowNs;
    int length = frames.readableBytes();
    if (pathNumber < 0 || pathNumber >= Session.MAX_PATHS) {
      throw new IllegalArgumentException("a path number is 0 to 255, not " + pathNumber);
    }
    if (length > MAX_DATAGRAM_BYTES - OVERHEAD_BYTES) {
      throw new IllegalArgumentException("frames of " + length + " bytes fit no datagram");
    }
    Peer known = table.find(peer);
    Session session = known == null ? null : current(nowNs, known);
    if (known == null || session == null) {
      return -1;
    }
    long counter = sealWith(session, pathNumber, frames, out);
    session.sealedOne(nowNs);
    return counter;
  }

  @Override
  public boolean wantsInitiation(long nowNs, MeshAddress peer) {
    latestNs = nowNs;
    Peer known = table.find(peer);
    if (known == null || known.noiseKey() == null || !known.mayAttempt(nowNs)) {
      return false;
    }
    Session session = current(nowNs, known);
    return session == null || session.isRekeyDue(nowNs, config) || session.isUnanswered(config);
  }

  @Override
  public Inbound open(long nowNs, ByteBuf datagram, Arrival arrival) {
    latestNs = nowNs;
    int length = datagram.readableBytes();
    if (length < OVERHEAD_BYTES) {
      return rejects.reject(RejectReason.TOO_SHORT);
    }
    if (length > MAX_DATAGRAM_BYTES) {
      return rejects.reject(RejectReason.TOO_LONG);
    }
    return switch (DatagramType.of(datagram.getByte(datagram.readerIndex()))) {
      case DatagramType.DATA -> onData(nowNs, datagram, arrival.overMulticast());
      case DatagramType.HANDSHAKE_INIT -> handshakes.onInit(nowNs, bytes(datagram), arrival);
      case DatagramType.HANDSHAKE_RESPONSE ->
          confirmed(
              handshakes.onResponse(nowNs, bytes(datagram), arrival.overMulticast()),
              datagram.getInt(datagram.readerIndex() + INDEX_OFFSET));
      case DatagramType.COOKIE ->
          handshakes.onCookie(nowNs, bytes(datagram), arrival.overMulticast());
      default -> rejects.reject(RejectReason.UNKNOWN_TYPE);
    };
  }

  /** Returns how many datagrams were dropped for a reason. */
  public long rejected(RejectReason reason) {
    return rejects.count(reason);
  }

  /** Returns how many peers are remembered. */
  public int peerCount() {
    return table.size();
  }

  private long sealWith(Session session, int pathNumber, ByteBuf frames, ByteBuf out) {
    int length = frames.readableBytes();
    int total = OVERHEAD_BYTES + length;
    long counter = session.peer.nextCounter(pathNumber);
    out.ensureWritable(total);
    int start = out.writerIndex();
    boolean direct = !out.hasArray();
    byte[] target = direct ? output : out.array();
    int offset = direct ? 0 : out.arrayOffset() + start;
    byte[] source = input;
    int sourceOffset = 0;
    if (frames.hasArray() && frames.array() != target) {
      source = frames.array();
      sourceOffset = frames.arrayOffset() + frames.readerIndex();
    } else {
      // Pooled buffers share arrays, and the JDK copies the whole of an array that is both input
      // and output.
      frames.getBytes(frames.readerIndex(), input, 0, length);
    }
    writeHeader(target, offset, session.remoteIndex, pathNumber, counter);
    session.sending.seal(
        pathNumber, counter, source, sourceOffset, length, target, offset, HEADER_BYTES);
    if (direct) {
      out.setBytes(start, output, 0, total);
    }
    out.writerIndex(start + total);
    return counter;
  }

  /**
   * Answers a response by an empty datagram, so that the responder learns at once, and not only by
   * the next frames, that the association has been made.
   */
  private Inbound confirmed(Inbound inbound, int localIndex) {
    if (!(inbound instanceof Inbound.Frames made)
        || !(table.slot(localIndex) instanceof Session session)) {
      return inbound;
    }
    ByteBuf confirmation = allocator.buffer(OVERHEAD_BYTES);
    sealWith(session, Session.CONFIRMATION_PATH, Unpooled.EMPTY_BUFFER, confirmation);
    return new Inbound.Frames(
        made.peer(),
        made.pathNumber(),
        made.counter(),
        made.frames(),
        confirmation,
        made.established(),
        made.epoch(),
        made.remoteKey());
  }

  private Inbound onData(long nowNs, ByteBuf datagram, boolean overMulticast) {
    int at = datagram.readerIndex();
    int flags = datagram.getByte(at + FLAGS_OFFSET);
    int pathByte = datagram.getUnsignedByte(at + PATH_OFFSET);
    long counter = datagram.getLong(at + COUNTER_OFFSET);
    boolean confirmation = flags == CONFIRMATION_FLAG;
    if (counter < 0 || (flags != 0 && !confirmation) || (confirmation && pathByte != 0)) {
      return rejects.reject(RejectReason.MALFORMED);
    }
    if (!(table.slot(datagram.getInt(at + INDEX_OFFSET)) instanceof Session session)) {
      // On multicast it is the index of somebody else, or was meant for an earlier life of ours.
      return overMulticast ? Handshakes.NOT_FOR_US : rejects.reject(RejectReason.UNKNOWN_INDEX);
    }
    if (!session.canOpen(nowNs, config)) {
      table.trim(nowNs, session.peer);
      return rejects.reject(RejectReason.EXPIRED);
    }
    int pathNumber = confirmation ? Session.CONFIRMATION_PATH : pathByte;
    ReplayWindow.Verdict verdict = session.check(pathNumber, counter);
    if (verdict == ReplayWindow.Verdict.TOO_OLD) {
      return rejects.reject(RejectReason.TOO_OLD);
    }
    int length = datagram.readableBytes();
    datagram.getBytes(at, input, 0, length);
    if (verdict == ReplayWindow.Verdict.SEEN) {
      // Opened all the same: a duplicate is evidence of a path, so it has to be authentic.
      boolean authentic =
          session.receiving.open(pathNumber, counter, input, HEADER_BYTES, length, output, 0);
      return authentic
          ? new Inbound.Duplicate(session.peer.address, confirmation ? -1 : pathNumber, null)
          : rejects.reject(RejectReason.BAD_TAG);
    }
    return openFresh(nowNs, session, pathNumber, counter, length);
  }

  private Inbound openFresh(long nowNs, Session session, int pathNumber, long counter, int length) {
    int plainLength = length - OVERHEAD_BYTES;
    ByteBuf frames = opened.next(plainLength);
    boolean authentic =
        session.receiving.open(
            pathNumber, counter, input, HEADER_BYTES, length, frames.array(), frames.arrayOffset());
    if (!authentic) {
      frames.release();
      return rejects.reject(RejectReason.BAD_TAG);
    }
    frames.writerIndex(plainLength);
    Peer peer = session.peer;
    boolean firstUse = !session.isConfirmed();
    boolean wasUsable = !firstUse || session.canSeal(nowNs, config);
    session.received(pathNumber, counter);
    if (firstUse) {
      table.trim(nowNs, peer);
      peer.choose(nowNs, config);
    }
    table.touch(peer);
    boolean confirmation = pathNumber == Session.CONFIRMATION_PATH;
    return new Inbound.Frames(
        peer.address,
        confirmation ? -1 : pathNumber,
        confirmation ? -1 : counter,
        frames,
        null,
        !wasUsable,
        -1,
        null);
  }

  private @Nullable Session current(long nowNs, Peer peer) {
    Session session = peer.current();
    if (session != null && !session.canSeal(nowNs, config)) {
      table.trim(nowNs, peer);
      peer.choose(nowNs, config);
      session = peer.current();
    }
    return session;
  }

  private static void writeHeader(
      byte[] out, int offset, int receiverIndex, int pathNumber, long counter) {
    out[offset] = DatagramType.firstByte(DatagramType.DATA);
    boolean confirmation = pathNumber == Session.CONFIRMATION_PATH;
    out[offset + FLAGS_OFFSET] = confirmation ? CONFIRMATION_FLAG : 0;
    INT.set(out, offset + INDEX_OFFSET, receiverIndex);
    out[offset + PATH_OFFSET] = confirmation ? 0 : (byte) pathNumber;
    LONG.set(out, offset + COUNTER_OFFSET, counter);
  }

  private static byte[] bytes(ByteBuf datagram) {
    byte[] bytes = new byte[datagram.readableBytes()];
    datagram.getBytes(datagram.readerIndex(), bytes);
    return bytes;
  }
}
