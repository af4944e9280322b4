package io.limpet.link.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limpet.link.Bytes;
import io.limpet.link.internal.session.Sessions.Inbound;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NoiseSessionsTest {
  private static final SessionConfig CONFIG = SessionConfig.DEFAULT;

  private final Random random = new Random(1);
  private final Node anna = new Node(random);
  private final Node ben = new Node(random);
  private long nowNs = 1_000;

  @BeforeEach
  void annaHearsBen() {
    anna.learn(ben);
  }

  @Test
  void twoDatagramsMakeAnAssociationAndTheFirstAlreadyCarriesFrames() {
    Inbound atBen = ben.open(nowNs, anna.initiate(nowNs, ben, "hello ben"));
    assertThat(Node.text(atBen)).isEqualTo("hello ben");
    Inbound.Frames frames = (Inbound.Frames) atBen;
    assertThat(frames.established()).isTrue();
    assertThat(frames.peer()).isEqualTo(anna.address());
    assertThat(frames.remoteKey()).isEqualTo(anna.identity.signingKey());
    assertThat(frames.epoch()).isEqualTo(anna.epoch);
    assertThat(frames.pathNumber()).isEqualTo(-1);

    Inbound.Frames atAnna = (Inbound.Frames) anna.open(nowNs, Node.reply(atBen));
    assertThat(atAnna.established()).isTrue();
    assertThat(atAnna.peer()).isEqualTo(ben.address());
    assertThat(atAnna.remoteKey()).isEqualTo(ben.identity.signingKey());
    assertThat(atAnna.epoch()).isEqualTo(ben.epoch);

    assertTalks(anna, ben);
    assertTalks(ben, anna);
  }

  @Test
  void aResponderThatNeverHeardTheInitiatorMayUseTheAssociationAtOnce() {
    assertThat(ben.sessions.canInitiate(anna.address())).isFalse();
    byte[] response = Node.reply(ben.open(nowNs, anna.initiate(nowNs, ben, "")));
    byte[] data = ben.seal(nowNs, anna, 0, "straight after the response");
    anna.open(nowNs, response);
    assertThat(Node.text(anna.open(nowNs, data))).isEqualTo("straight after the response");
    assertThat(ben.sessions.canInitiate(anna.address())).isTrue();
  }

  @Test
  void aRepeatedFirstDatagramGetsTheSameAnswerAndDeliversNothing() {
    byte[] init = anna.initiate(nowNs, ben, "once");
    byte[] response = Node.reply(ben.open(nowNs, init));
    Inbound again = ben.open(nowNs + 1, init);
    assertThat(again).isInstanceOf(Inbound.Duplicate.class);
    assertThat(Node.reply(again)).isEqualTo(response);

    Inbound.Frames first = (Inbound.Frames) anna.open(nowNs, response);
    assertThat(first.established()).isTrue();
    assertThat(anna.open(nowNs, response)).isInstanceOf(Inbound.Duplicate.class);
    byte[] forged = response.clone();
    forged[forged.length - 1] ^= 1;
    assertRejected(anna, forged, RejectReason.UNKNOWN_INDEX);
  }

  @Test
  void anOlderFirstDatagramIsRefusedOnceANewerHasCome() {
    byte[] older = anna.initiate(nowNs, ben, "older");
    byte[] newer = anna.initiate(nowNs, ben, "newer");
    assertThat(Node.text(ben.open(nowNs, newer))).isEqualTo("newer");
    assertRejected(ben, older, RejectReason.STALE_TIMESTAMP);
  }

  @Test
  void aFirstDatagramReplayedAfterARestartDeliversNothingAndIsNotAnswerable() {
    byte[] init = anna.initiate(nowNs, ben, "pay one coin");
    assertThat(Node.text(ben.open(nowNs, init))).isEqualTo("pay one coin");
    ben.restart(ben.epoch + 1);
    Inbound.Frames replayed = (Inbound.Frames) ben.open(nowNs, init);
    assertThat(replayed.frames().isReadable()).isFalse();
    assertThat(replayed.established()).isFalse();
    assertThat(ben.sessions.isReady(anna.address())).isFalse();
  }

  @Test
  void anInitiatorThatMissedARestartConfirmsByItsFirstData() {
    ben.restart(ben.epoch + 1);
    Inbound.Frames atBen = (Inbound.Frames) ben.open(nowNs, anna.initiate(nowNs, ben, "lost"));
    assertThat(atBen.frames().isReadable()).isFalse();
    Inbound.Frames atAnna = (Inbound.Frames) anna.open(nowNs, Node.reply(atBen));
    assertThat(atAnna.epoch()).isEqualTo(ben.epoch);
    Inbound.Frames data = (Inbound.Frames) ben.open(nowNs, anna.seal(nowNs, ben, 0, "I live"));
    assertThat(data.established()).isTrue();
    assertTalks(ben, anna);
  }

  @Test
  void nodesThatInitiateAtOnceCanBothTalkAtOnceAndMeetOnOneAssociation() {
    ben.learn(anna);
    byte[] fromAnna = anna.initiate(nowNs, ben, "a");
    byte[] fromBen = ben.initiate(nowNs, anna, "b");
    byte[] toAnna = Node.reply(ben.open(nowNs, fromAnna));
    byte[] toBen = Node.reply(anna.open(nowNs, fromBen));
    anna.open(nowNs, toAnna);
    ben.open(nowNs, toBen);
    for (int i = 0; i < 4; i++) {
      assertTalks(anna, ben);
      assertTalks(ben, anna);
    }
    byte[] last = anna.seal(nowNs, ben, 0, "x");
    byte[] answer = ben.seal(nowNs, anna, 0, "y");
    ben.open(nowNs, last);
    anna.open(nowNs, answer);
    nowNs += CONFIG.unansweredNs();
    assertThat(anna.sessions.wantsInitiation(nowNs, ben.address())).isFalse();
    assertThat(ben.sessions.wantsInitiation(nowNs, anna.address())).isFalse();
  }

  @Test
  void aResponderKeepsToTheOldAssociationUntilTheNewOneIsUsed() {
    associate(anna, ben);
    assertTalks(anna, ben);
    int oldIndex = receiverIndex(ben.seal(nowNs, anna, 0, "x"));
    byte[] response = Node.reply(ben.open(nowNs, anna.initiate(nowNs, ben, "")));
    // The response is still on its way, so only the old association is known to both.
    assertTalks(ben, anna);
    assertThat(receiverIndex(ben.seal(nowNs, anna, 0, "x"))).isEqualTo(oldIndex);
    anna.open(nowNs, response);
    assertTalks(anna, ben);
    assertThat(receiverIndex(ben.seal(nowNs, anna, 0, "x"))).isEqualTo(receiverIndex(response));
  }

  @Test
  void theInitiatorConfirmsAndTheResponderThenUsesTheNewAssociationUnasked() {
    associate(anna, ben);
    assertTalks(anna, ben);
    byte[] response = Node.reply(ben.open(nowNs, anna.initiate(nowNs, ben, "")));
    byte[] confirmation = Node.reply(anna.open(nowNs, response));
    assertThat(confirmation).hasSize(anna.sessions.overheadBytes());
    Inbound.Frames confirmed = (Inbound.Frames) ben.open(nowNs, confirmation);
    assertThat(confirmed.frames().isReadable()).isFalse();
    assertThat(confirmed.pathNumber()).isEqualTo(-1);
    assertThat(confirmed.counter()).isEqualTo(-1);
    assertThat(confirmed.reply()).isNull();
    assertThat(receiverIndex(ben.seal(nowNs, anna, 0, "x"))).isEqualTo(receiverIndex(response));
    assertThat(ben.open(nowNs, confirmation)).isInstanceOf(Inbound.Duplicate.class);
    confirmation[6] = 1;
    assertRejected(ben, confirmation, RejectReason.MALFORMED);
    assertThat(counterOfSeal(anna, ben, 0)).as("counters of real paths").isZero();
  }

  @Test
  void aNodeThatWasTakenForAReplayIsUsableOnceItConfirms() {
    ben.restart(ben.epoch + 1);
    byte[] response = Node.reply(ben.open(nowNs, anna.initiate(nowNs, ben, "")));
    assertThat(ben.sessions.isReady(anna.address())).isFalse();
    Inbound.Frames confirmed =
        (Inbound.Frames) ben.open(nowNs, Node.reply(anna.open(nowNs, response)));
    assertThat(confirmed.established()).isTrue();
    assertTalks(ben, anna);
  }

  @Test
  void anyAnswerToAnInitiationUnderWayIsTakenEvenALateOne() {
    ben.learn(anna);
    List<byte[]> responses = new ArrayList<>();
    for (int i = 0; i < Peer.MAX_PENDING; i++) {
      responses.add(Node.reply(ben.open(nowNs, anna.initiate(nowNs, ben, ""))));
    }
    for (byte[] response : responses) {
      assertThat(anna.open(nowNs, response)).isInstanceOf(Inbound.Frames.class);
      assertTalks(anna, ben);
      assertTalks(ben, anna);
    }
  }

  @Test
  void anAnswerThatComesTooLateIsRefused() {
    byte[] response = Node.reply(ben.open(nowNs, anna.initiate(nowNs, ben, "")));
    nowNs += CONFIG.pendingLifetimeNs() + 1;
    assertRejected(anna, response, RejectReason.EXPIRED);
    assertRejected(anna, response, RejectReason.UNKNOWN_INDEX);
  }

  @Test
  void initiationIsRetriedWithBackOff() {
    assertThat(anna.sessions.wantsInitiation(nowNs, ben.address())).isTrue();
    long waitNs = CONFIG.retryNs();
    for (int i = 0; i < 7; i++) {
      anna.initiate(nowNs, ben, "");
      assertThat(anna.sessions.wantsInitiation(nowNs + waitNs - 1, ben.address())).isFalse();
      nowNs += waitNs + waitNs / 4;
      assertThat(anna.sessions.wantsInitiation(nowNs, ben.address())).isTrue();
      waitNs = Math.min(2 * waitNs, CONFIG.maxRetryNs());
    }
    assertThat(waitNs).isEqualTo(CONFIG.maxRetryNs());
  }

  @Test
  void anAssociationThatThePeerHasLostIsNoticedAndRenewed() {
    associate(anna, ben);
    assertTalks(anna, ben);
    anna.sessions.drop(ben.address());
    byte[] unheard = ben.seal(nowNs, anna, 0, "anybody there");
    assertRejected(anna, unheard, RejectReason.UNKNOWN_INDEX);
    nowNs += CONFIG.unansweredNs() - 1;
    ben.seal(nowNs, anna, 0, "anybody there");
    assertThat(ben.sessions.wantsInitiation(nowNs, anna.address())).isFalse();
    nowNs += 1;
    ben.seal(nowNs, anna, 0, "anybody there");
    assertThat(ben.sessions.wantsInitiation(nowNs, anna.address())).isTrue();
    associate(ben, anna);
    assertTalks(ben, anna);
    assertTalks(anna, ben);
    assertThat(ben.sessions.wantsInitiation(nowNs, anna.address())).isFalse();
  }

  @Test
  void theLastWordOfAConversationStartsNoHandshake() {
    associate(anna, ben);
    assertTalks(ben, anna);
    assertTalks(anna, ben);
    nowNs += CONFIG.rekeyAfterNs() - 1;
    assertThat(anna.sessions.wantsInitiation(nowNs, ben.address())).isFalse();
    assertThat(ben.sessions.wantsInitiation(nowNs, anna.address())).isFalse();
  }

  @Test
  void aLostResponseIsNoticedSoonByTheResponderThatUsesIt() {
    ben.open(nowNs, anna.initiate(nowNs, ben, ""));
    ben.seal(nowNs, anna, 0, "into the void");
    nowNs += CONFIG.unconfirmedNs();
    assertThat(ben.sessions.wantsInitiation(nowNs, anna.address())).isFalse();
    ben.seal(nowNs, anna, 0, "into the void");
    assertThat(ben.sessions.wantsInitiation(nowNs, anna.address())).isTrue();
    assertThat(anna.sessions.wantsInitiation(nowNs, ben.address())).isTrue();
  }

  @Test
  void anAssociationIsRenewedInTimeFirstByItsInitiatorAndEndsInTheEnd() {
    associate(anna, ben);
    assertTalks(ben, anna);
    assertTalks(anna, ben);
    long startNs = nowNs;
    nowNs = startNs + CONFIG.rekeyAfterNs();
    assertThat(anna.sessions.wantsInitiation(nowNs, ben.address())).isTrue();
    assertThat(ben.sessions.wantsInitiation(nowNs, anna.address())).isFalse();
    nowNs += CONFIG.rekeySlackNs();
    assertThat(ben.sessions.wantsInitiation(nowNs, anna.address())).isTrue();
    assertTalks(anna, ben);
    nowNs = startNs + CONFIG.lifetimeNs() - 1;
    byte[] last = anna.seal(nowNs, ben, 0, "last");
    nowNs = startNs + CONFIG.lifetimeNs();
    assertThat(anna.seal(nowNs, ben, 0, "late")).isEmpty();
    assertThat(anna.sessions.isReady(ben.address())).isFalse();
    assertThat(Node.text(ben.open(nowNs + CONFIG.graceNs() - 1, last))).isEqualTo("last");
    assertRejected(ben, nowNs + CONFIG.graceNs(), last, RejectReason.EXPIRED);
  }

  @Test
  void anAssociationIsRenewedAndEndsByCountToo() {
    SessionConfig few =
        new SessionConfig(
            CONFIG.retryNs(),
            CONFIG.maxRetryNs(),
            CONFIG.pendingLifetimeNs(),
            CONFIG.rekeyAfterNs(),
            CONFIG.rekeySlackNs(),
            10,
            CONFIG.lifetimeNs(),
            CONFIG.graceNs(),
            12,
            CONFIG.unansweredNs(),
            CONFIG.unconfirmedNs(),
            16,
            1000,
            1000);
    Node clara = new Node(random, few);
    clara.learn(ben);
    associate(clara, ben);
    for (int i = 0; i < 12; i++) {
      assertThat(clara.sessions.wantsInitiation(nowNs, ben.address())).isEqualTo(i >= 10);
      assertThat(clara.seal(nowNs, ben, 0, "x")).isNotEmpty();
    }
    assertThat(clara.seal(nowNs, ben, 0, "x")).isEmpty();
  }

  @Test
  void countersOfAPathGoOnAcrossAssociations() {
    associate(anna, ben);
    for (int i = 0; i < 3; i++) {
      assertThat(counterOfSeal(anna, ben, 5)).isEqualTo(i);
    }
    assertThat(counterOfSeal(anna, ben, 6)).isZero();
    associate(anna, ben);
    assertThat(counterOfSeal(anna, ben, 5)).isEqualTo(3);
  }

  @Test
  void aDuplicateIsToldFromAForgeryAndFromWhatIsTooOld() {
    associate(anna, ben);
    byte[] first = anna.seal(nowNs, ben, 3, "first");
    ben.open(nowNs, first);
    Inbound.Duplicate again = (Inbound.Duplicate) ben.open(nowNs, first);
    assertThat(again.peer()).isEqualTo(anna.address());
    assertThat(again.pathNumber()).isEqualTo(3);
    byte[] forged = first.clone();
    forged[forged.length - 1] ^= 1;
    assertRejected(ben, forged, RejectReason.BAD_TAG);
    // The same counter on another path is another nonce, and so another datagram.
    forged = first.clone();
    forged[6] = 4;
    assertRejected(ben, forged, RejectReason.BAD_TAG);
    for (int i = 0; i < ReplayWindow.SIZE; i++) {
      ben.open(nowNs, anna.seal(nowNs, ben, 3, "x"));
    }
    assertRejected(ben, first, RejectReason.TOO_OLD);
  }

  @Test
  void datagramsThatOvertakeEachOtherAreEachDeliveredOnce() {
    associate(anna, ben);
    List<byte[]> datagrams = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      datagrams.add(anna.seal(nowNs, ben, 0, "message " + i));
    }
    java.util.Collections.shuffle(datagrams, random);
    for (byte[] datagram : datagrams) {
      assertThat(ben.open(nowNs, datagram)).isInstanceOf(Inbound.Frames.class);
      assertThat(ben.open(nowNs, datagram)).isInstanceOf(Inbound.Duplicate.class);
    }
  }

  @Test
  void aHigherEpochEndsWhatWasSharedAndALowerOneIsRefused() {
    associate(anna, ben);
    byte[] ofTheOldLife = anna.initiate(nowNs, ben, "old life");
    anna.restart(anna.epoch + 1);
    ben.learn(anna);
    assertThat(ben.sessions.isReady(anna.address())).isFalse();
    assertThat(ben.sessions.wantsInitiation(nowNs, anna.address())).isTrue();
    assertRejected(ben, ofTheOldLife, RejectReason.STALE_EPOCH);
    anna.learn(ben);
    associate(anna, ben);
    assertTalks(ben, anna);
  }

  @Test
  void aResponseFromALifeBeforeTheKnownOneIsRefused() {
    byte[] response = Node.reply(ben.open(nowNs, anna.initiate(nowNs, ben, "")));
    // Anna hears that Ben has restarted, but keeps no initiation to the Ben before.
    anna.sessions.learn(ben.address(), ben.identity.noiseKey(), ben.epoch + 1);
    assertRejected(anna, response, RejectReason.UNKNOWN_INDEX);
    response = Node.reply(ben.open(nowNs, anna.initiate(nowNs, ben, "")));
    assertRejected(anna, response, RejectReason.STALE_EPOCH);
  }

  @Test
  void handshakesForOthersAreNormalOnMulticastAndCountedOnUnicast() {
    Node clara = new Node(random);
    byte[] init = anna.initiate(nowNs, ben, "");
    assertThat(clara.open(nowNs, Unpooled.wrappedBuffer(init), true))
        .isInstanceOf(Inbound.NotForUs.class);
    assertRejected(clara, init, RejectReason.WRONG_RECIPIENT);
    byte[] response = Node.reply(ben.open(nowNs, init));
    assertThat(clara.open(nowNs, Unpooled.wrappedBuffer(response), true))
        .isInstanceOf(Inbound.NotForUs.class);
    assertThat(anna.open(nowNs, Unpooled.wrappedBuffer(init), true))
        .as("its own datagram, looped back")
        .isInstanceOf(Inbound.NotForUs.class);
    anna.open(nowNs, response);
    byte[] data = anna.seal(nowNs, ben, 0, "x");
    assertThat(clara.open(nowNs, Unpooled.wrappedBuffer(data), true))
        .isInstanceOf(Inbound.NotForUs.class);
    assertRejected(clara, data, RejectReason.UNKNOWN_INDEX);
  }

  @Test
  void keysThatGiveNoSecretAreNotLearnt() {
    Node clara = new Node(random);
    anna.sessions.learn(clara.address(), Bytes.of(new byte[32]), 1);
    assertThat(anna.sessions.canInitiate(clara.address())).isFalse();
    anna.sessions.learn(clara.address(), Bytes.of(new byte[31]), 1);
    assertThat(anna.sessions.canInitiate(clara.address())).isFalse();
    anna.learn(anna);
    assertThat(anna.sessions.canInitiate(anna.address())).isFalse();
    assertThat(anna.sessions.wantsInitiation(nowNs, clara.address())).isFalse();
    assertThatThrownBy(() -> anna.initiate(nowNs, clara, ""))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void equalDatagramsCanBeLaidBackToBackInAnyKindOfBuffer() {
    associate(anna, ben);
    ByteBuf frames = Unpooled.directBuffer().writeBytes(new byte[100]).setLong(0, 42);
    List<ByteBuf> outs =
        List.of(
            Unpooled.buffer(),
            Unpooled.directBuffer(),
            PooledByteBufAllocator.DEFAULT.heapBuffer(16, 4000),
            Unpooled.compositeBuffer());
    for (ByteBuf out : outs) {
      out.writeByte(7);
      for (int i = 0; i < 16; i++) {
        anna.sessions.seal(nowNs, ben.address(), 2, frames, out);
      }
      int size = 100 + anna.sessions.overheadBytes();
      assertThat(out.readableBytes()).isEqualTo(1 + 16 * size);
      for (int i = 0; i < 16; i++) {
        ByteBuf datagram = out.slice(1 + i * size, size);
        Inbound.Frames opened = (Inbound.Frames) ben.open(nowNs, datagram, false);
        assertThat(opened.frames()).isEqualTo(frames);
        opened.frames().release();
      }
      out.release();
    }
    assertThat(frames.readableBytes()).isEqualTo(100);
    frames.release();
  }

  @Test
  void earlyFramesMayFillADatagramExactly() {
    int early = anna.sessions.maxEarlyBytes(1400);
    byte[] init = anna.initiate(nowNs, ben, "x".repeat(early));
    assertThat(init).hasSize(1400);
    assertThat(Node.text(ben.open(nowNs, init))).hasSize(early);
    assertThat(anna.sessions.maxEarlyBytes(100)).isZero();
  }

  @Test
  void emptyFramesAreDatagramsToo() {
    associate(anna, ben);
    byte[] empty = anna.seal(nowNs, ben, 0, "");
    assertThat(empty).hasSize(anna.sessions.overheadBytes());
    assertThat(Node.text(ben.open(nowNs, empty))).isEmpty();
  }

  /** Without the confirmation, as if it were lost: the harder case for all that follows. */
  private void associate(Node initiator, Node responder) {
    Node.associate(nowNs, initiator, responder);
  }

  private void assertTalks(Node from, Node to) {
    String message = "message " + random.nextInt();
    assertThat(Node.text(to.open(nowNs, from.seal(nowNs, to, 1, message)))).isEqualTo(message);
  }

  private void assertRejected(Node at, byte[] datagram, RejectReason reason) {
    assertRejected(at, nowNs, datagram, reason);
  }

  private static void assertRejected(Node at, long nowNs, byte[] datagram, RejectReason reason) {
    long before = at.sessions.rejected(reason);
    assertThat(at.open(nowNs, datagram)).isEqualTo(new Inbound.Rejected(reason.label()));
    assertThat(at.sessions.rejected(reason)).isEqualTo(before + 1);
  }

  private long counterOfSeal(Node from, Node to, int pathNumber) {
    return from.sessions.seal(
        nowNs, to.address(), pathNumber, Unpooled.EMPTY_BUFFER, Unpooled.buffer());
  }

  private static int receiverIndex(byte[] datagram) {
    return java.nio.ByteBuffer.wrap(datagram).getInt(2);
  }
}
