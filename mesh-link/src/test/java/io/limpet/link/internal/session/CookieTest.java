package io.limpet.link.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.internal.session.Sessions.Arrival;
import io.limpet.link.internal.session.Sessions.Inbound;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A responder under load, and strangers. */
class CookieTest {
  private static final InetSocketAddress HERE = Node.source(11);
  private static final InetSocketAddress THERE = Node.source(12);

  private final Random random = new Random(5);
  private final Node anna = new Node(random);
  private final Node ben = new Node(random);
  private long nowNs = 1_000;

  @BeforeEach
  void benIsUnderLoad() {
    anna.learn(ben);
    load();
  }

  private void load() {
    byte[] init = anna.initiate(nowNs, ben, "");
    for (int i = 0; i < 200; i++) {
      byte[] forged = init.clone();
      random.nextBytes(forged);
      System.arraycopy(init, 0, forged, 0, HandshakeFormat.INIT_HEADER_BYTES);
      ben.open(nowNs, forged, Node.source(1000));
    }
    assertThat(ben.sessions.rejected(RejectReason.COOKIE_DEMANDED)).isPositive();
  }

  private long computed() {
    return ben.sessions.rejected(RejectReason.BAD_HANDSHAKE);
  }

  @Test
  void aStrangerIsAskedForACookieAndComesInWithIt() {
    long before = computed();
    byte[] init = anna.initiate(nowNs, ben, "early");
    Inbound demanded = ben.open(nowNs, init, HERE);
    assertThat(demanded).isInstanceOf(Inbound.Challenged.class);
    byte[] cookie = Node.reply(demanded);
    assertThat(cookie.length).as("no amplification").isLessThan(init.length);
    assertThat(computed()).as("no Diffie-Hellman was spent").isEqualTo(before);

    Inbound.Repeat repeat = (Inbound.Repeat) anna.open(nowNs, cookie);
    assertThat(repeat.peer()).isEqualTo(ben.address());
    byte[] repeated = Node.bytes(repeat.datagram());
    assertThat(repeated).hasSameSizeAs(init);
    Inbound accepted = ben.open(nowNs, repeated, HERE);
    assertThat(Node.text(accepted)).isEqualTo("early");
    assertThat(anna.open(nowNs, Node.reply(accepted))).isInstanceOf(Inbound.Frames.class);
    assertThat(anna.sessions.isReady(ben.address())).isTrue();
  }

  @Test
  void copiesWithAndWithoutCookieAreOneHandshake() {
    byte[] init = anna.initiate(nowNs, ben, "once");
    byte[] repeated = repeated(init, HERE);
    byte[] response = Node.reply(ben.open(nowNs, repeated, HERE));
    for (byte[] copy : new byte[][] {init, repeated, repeated(init, THERE)}) {
      Inbound again = ben.open(nowNs, copy, THERE);
      assertThat(again).isInstanceOf(Inbound.Duplicate.class);
      assertThat(Node.reply(again)).isEqualTo(response);
    }
  }

  private byte[] repeated(byte[] init, InetSocketAddress from) {
    Inbound demanded = ben.open(nowNs, init, from);
    if (!(demanded instanceof Inbound.Challenged)) {
      return init;
    }
    return Node.reply(anna.open(nowNs, Node.reply(demanded)));
  }

  @Test
  void aCookieCountsOnlyWhereItWasSent() {
    byte[] init = anna.initiate(nowNs, ben, "");
    byte[] repeated = repeated(init, HERE);
    assertThat(ben.open(nowNs, repeated, THERE)).isInstanceOf(Inbound.Challenged.class);
    nowNs += TimeUnit.MILLISECONDS.toNanos(500);
    InetSocketAddress otherPort = new InetSocketAddress(HERE.getAddress(), HERE.getPort() + 1);
    assertThat(ben.open(nowNs, repeated, otherPort)).isInstanceOf(Inbound.Challenged.class);
    Arrival otherCarrier = new Arrival(3, false, HERE);
    assertThat(ben.sessions.open(nowNs, Unpooled.wrappedBuffer(repeated), otherCarrier))
        .isInstanceOf(Inbound.Challenged.class);
    nowNs += TimeUnit.MILLISECONDS.toNanos(500);
    repeated[repeated.length - 1] ^= 1;
    assertThat(ben.open(nowNs, repeated, HERE)).isInstanceOf(Inbound.Challenged.class);
  }

  @Test
  void aCookieIsGoodForTwoMinutesAndNeverForMoreThanFour() {
    byte[] repeated = repeated(anna.initiate(nowNs, ben, ""), HERE);
    nowNs += Cookies.SECRET_NS - 1;
    assertThat(isTaken(repeated)).isTrue();
    repeated = repeated(anna.initiate(nowNs, ben, ""), HERE);
    nowNs += 2 * Cookies.SECRET_NS;
    assertThat(isTaken(repeated)).isFalse();
    nowNs += Cookies.SECRET_NS / 2;
    repeated = repeated(anna.initiate(nowNs, ben, ""), HERE);
    nowNs += Cookies.SECRET_NS;
    load();
    nowNs += Cookies.SECRET_NS;
    assertThat(isTaken(repeated)).isFalse();
  }

  /** Loads the responder, so that only a cookie can help. */
  private boolean isTaken(byte[] repeated) {
    load();
    return ben.open(nowNs, repeated, HERE) instanceof Inbound.Frames;
  }

  @Test
  void aCookieThatNobodyAskedForIsDropped() {
    byte[] init = anna.initiate(nowNs, ben, "");
    byte[] cookie = Node.reply(ben.open(nowNs, init, HERE));
    byte[] blind = cookie.clone();
    blind[8] ^= 1;
    assertThat(anna.open(nowNs, blind))
        .isEqualTo(new Inbound.Rejected(RejectReason.UNWANTED_COOKIE.label()));
    int taken = 0;
    for (int i = 0; i < 100; i++) {
      cookie[Cookies.ANSWER_BYTES - 1] = (byte) i;
      taken += anna.open(nowNs, cookie) instanceof Inbound.Repeat ? 1 : 0;
    }
    assertThat(taken).as("not a lever either").isBetween(8, 16);
    nowNs += anna.config.pendingLifetimeNs() + 1;
    assertThat(anna.open(nowNs, cookie))
        .isEqualTo(new Inbound.Rejected(RejectReason.EXPIRED.label()));
  }

  @Test
  void whoIsKnownNeedsNoCookieAndIsToldByAProofThatNobodyCanForge() {
    ben.learn(anna);
    byte[] init = anna.initiate(nowNs, ben, "introduced by a hello");
    for (int i = 0; i < 1_000; i++) {
      byte[] forged = init.clone();
      forged[HandshakeFormat.INIT_HEADER_BYTES + random.nextInt(100)] ^= 1;
      assertThat(ben.open(nowNs, forged, HERE))
          .isEqualTo(new Inbound.Rejected(RejectReason.BAD_MAC.label()));
    }
    assertThat(Node.text(ben.open(nowNs, init, HERE))).isEqualTo("introduced by a hello");
  }

  @Test
  void whatWasRecordedOfAKnownPeerCostsNothingAndTakesNothingOfItsShare() {
    ben.learn(anna);
    byte[] recorded = anna.initiate(nowNs, ben, "");
    anna.open(nowNs, Node.reply(ben.open(nowNs, recorded, HERE)));
    anna.sessions.drop(ben.address());
    ben.sessions.drop(anna.address());
    for (int i = 0; i < 10_000; i++) {
      assertThat(ben.open(nowNs, recorded, HERE))
          .isEqualTo(new Inbound.Rejected(RejectReason.STALE_TIMESTAMP.label()));
    }
    assertThat(ben.open(nowNs, anna.initiate(nowNs, ben, ""), HERE))
        .isInstanceOf(Inbound.Frames.class);
  }

  @Test
  void onMulticastAllSendersShareWhatOneAddressHas() {
    int demanded = 0;
    for (int i = 0; i < 100; i++) {
      byte[] init = anna.initiate(nowNs, ben, "");
      Arrival arrival = new Arrival(7, true, Node.source(5_000 + i));
      Inbound inbound = ben.sessions.open(nowNs, Unpooled.wrappedBuffer(init), arrival);
      demanded += inbound instanceof Inbound.Challenged ? 1 : 0;
    }
    assertThat(demanded).isBetween(1, 4);
  }

  @Test
  void withoutLoadNobodyIsAsked() {
    nowNs += TimeUnit.SECONDS.toNanos(2);
    assertThat(ben.open(nowNs, anna.initiate(nowNs, ben, ""), HERE))
        .isInstanceOf(Inbound.Frames.class);
  }
}
