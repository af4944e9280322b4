package io.limpet.link.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.Bytes;
import io.limpet.link.internal.identity.OrchidV2;
import io.limpet.link.internal.identity.X25519KeyPair;
import io.limpet.link.internal.session.HandshakeFormat.First;
import io.limpet.link.internal.session.HandshakeFormat.Header;
import io.limpet.link.internal.session.HandshakeFormat.Identity;
import io.limpet.link.internal.session.HandshakeFormat.Second;
import io.limpet.link.internal.session.Sessions.Inbound;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Messages that are good Noise, from nodes that are not who they say. */
class ImpostorTest {
  private final Random random = new Random(3);
  private final Node anna = new Node(random);
  private final Node ben = new Node(random);
  private final Node mallory = new Node(random);

  @Test
  void whatMalloryMakesAsHerselfIsAccepted() {
    byte[] init = init(mallory, Identity.of(mallory.identity), 1, 1);
    assertThat(ben.open(0, init)).isInstanceOf(Inbound.Frames.class);
  }

  @Test
  void aKeyThatAnnaNeverCertifiedIsNotHers() {
    Identity annas = Identity.of(anna.identity);
    assertRejected(ben, init(mallory, annas, 1, 1), RejectReason.WRONG_IDENTITY);
    Identity mixed =
        new Identity(anna.identity.signingKey(), mallory.identity.noiseKeyCertificate());
    assertRejected(ben, init(mallory, mixed, 1, 1), RejectReason.WRONG_IDENTITY);
    // Nor once Anna is known.
    anna.learn(ben);
    ben.open(0, anna.initiate(0, ben, ""));
    assertRejected(ben, init(mallory, annas, 2, 1), RejectReason.BAD_MAC);
  }

  @Test
  void aNodeDoesNotTalkToItself() {
    assertRejected(ben, init(ben, Identity.of(ben.identity), 1, 1), RejectReason.WRONG_IDENTITY);
  }

  @Test
  void fieldsOutOfTheirRangesAreRefused() {
    Identity own = Identity.of(mallory.identity);
    assertRejected(ben, init(mallory, own, 0, 1), RejectReason.MALFORMED);
    assertRejected(ben, init(mallory, own, -1, 1), RejectReason.MALFORMED);
    assertRejected(ben, init(mallory, own, 1, 0), RejectReason.MALFORMED);
    assertRejected(ben, init(mallory, own, 1, Integer.MAX_VALUE), RejectReason.MALFORMED);
  }

  @Test
  void anAnswerFromAnotherIdentityThanTheOneCalledIsRefused() {
    anna.sessions.learn(ben.address(), mallory.identity.noiseKey(), 1);
    for (Node claimed : new Node[] {mallory, ben}) {
      byte[] init = anna.initiate(0, ben, "");
      byte[] response = response(init, Identity.of(claimed.identity), 1, 2);
      assertRejected(anna, response, RejectReason.WRONG_IDENTITY);
      assertRejected(anna, response, RejectReason.UNKNOWN_INDEX);
    }
  }

  @Test
  void anAnswerOfALowerGenerationIsRefused() {
    anna.learn(mallory);
    Identity own = Identity.of(mallory.identity);
    anna.initiate(0, mallory, "");
    byte[] init = anna.initiate(0, mallory, "");
    assertRejected(anna, response(init, own, 1, 1), RejectReason.MALFORMED);
    init = anna.initiate(0, mallory, "");
    assertRejected(anna, response(init, own, 0, 3), RejectReason.MALFORMED);
    init = anna.initiate(0, mallory, "");
    assertThat(anna.open(0, response(init, own, 1, 4))).isInstanceOf(Inbound.Frames.class);
  }

  private byte[] init(Node from, Identity claimed, long epoch, int generation) {
    long sender = OrchidV2.addressOf(claimed.signingKey()).low();
    byte[] header = new Header(7, ben.address().low(), sender, epoch, 5).encode();
    NoiseIk noise =
        NoiseIk.initiator(
            from.identity.noiseKeyPair(),
            X25519KeyPair.generate(random),
            ben.identity.noiseKey().toArray(),
            HandshakeFormat.prologue(header));
    First first = new First(ben.epoch, generation, claimed, Bytes.of(new byte[] {1}));
    byte[] init =
        HandshakeFormat.join(
            header,
            Objects.requireNonNull(noise.writeFirst(HandshakeFormat.encode(first))),
            HandshakeFormat.INIT_TAIL_BYTES);
    return signed(from, ben, init, init.length - HandshakeFormat.INIT_TAIL_BYTES);
  }

  /** With the best proof that the sender can make. */
  private static byte[] signed(Node from, Node to, byte[] datagram, int macOffset) {
    HandshakeMacs macs = new HandshakeMacs();
    byte[] secret = new byte[X25519KeyPair.BYTES];
    from.identity.noiseKeyPair().agree(to.identity.noiseKey().toArray(), 0, secret);
    macs.write(macs.pairKey(secret), datagram, macOffset);
    return datagram;
  }

  private byte[] response(byte[] init, Identity claimed, long epoch, int generation) {
    byte[] header = Arrays.copyOf(init, HandshakeFormat.INIT_HEADER_BYTES);
    NoiseIk noise =
        NoiseIk.responder(mallory.identity.noiseKeyPair(), HandshakeFormat.prologue(header));
    Objects.requireNonNull(
        noise.readFirst(
            Arrays.copyOfRange(
                init,
                HandshakeFormat.INIT_HEADER_BYTES,
                init.length - HandshakeFormat.INIT_TAIL_BYTES)));
    byte[] message =
        noise.writeSecond(
            X25519KeyPair.generate(random),
            HandshakeFormat.encode(new Second(epoch, 9, generation, claimed)));
    byte[] response =
        HandshakeFormat.join(
            HandshakeFormat.responseHeader(ByteBuffer.wrap(init).getInt(2)),
            Objects.requireNonNull(message),
            HandshakeMacs.BYTES);
    return signed(mallory, anna, response, response.length - HandshakeMacs.BYTES);
  }

  private static void assertRejected(Node at, byte[] datagram, RejectReason reason) {
    assertThat(at.open(0, datagram)).isEqualTo(new Inbound.Rejected(reason.label()));
  }
}
