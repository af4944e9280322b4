package io.limpet.link.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.internal.session.Sessions.Inbound;
import io.limpet.link.internal.wire.DatagramType;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code -Dlimpet.seed=N} replays a run. */
class HostileDatagramsTest {
  private static final int MUTANTS_OF_HANDSHAKES = 3_000;
  private static final int MUTANTS_OF_DATA = 30_000;

  private final long seed = Long.getLong("limpet.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final SessionConfig generous = SessionConfig.DEFAULT.withBounds(16, 1_000_000, 1_000_000);
  private final Node anna = new Node(random, generous);
  private final Node ben = new Node(random, generous);
  private int unsaid = HandshakeFormat.INIT_TAIL_BYTES;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void mutatedFirstDatagramsAreNeverAnExceptionAndNeverAccepted(boolean introduced) {
    print();
    anna.learn(ben);
    if (introduced) {
      ben.learn(anna);
      unsaid = HandshakeMacs.BYTES;
    }
    byte[] init = anna.initiate(0, ben, "early frames");
    for (int i = 0; i < MUTANTS_OF_HANDSHAKES; i++) {
      assertDropped(ben, init);
    }
    assertThat(ben.open(0, init)).isInstanceOf(Inbound.Frames.class);
  }

  @Test
  void mutatedSecondDatagramsAreNeverAnExceptionAndNeverAccepted() {
    print();
    anna.learn(ben);
    byte[] response = Node.reply(ben.open(0, anna.initiate(0, ben, "")));
    for (int i = 0; i < MUTANTS_OF_HANDSHAKES; i++) {
      assertDropped(anna, response);
    }
    assertThat(anna.open(0, response)).isInstanceOf(Inbound.Frames.class);
  }

  @Test
  void mutatedDataIsNeverAnExceptionAndNeverAccepted() {
    print();
    anna.learn(ben);
    anna.open(0, Node.reply(ben.open(0, anna.initiate(0, ben, ""))));
    byte[] fresh = anna.seal(0, ben, 1, "sealed frames");
    byte[] seen = anna.seal(0, ben, 2, "seen before");
    ben.open(0, seen);
    for (int i = 0; i < MUTANTS_OF_DATA; i++) {
      assertDropped(ben, random.nextBoolean() ? fresh : seen);
    }
    assertThat(ben.open(0, fresh)).isInstanceOf(Inbound.Frames.class);
  }

  @Test
  void datagramsOfAnyLengthAndTypeAreDropped() {
    print();
    for (int i = 0; i < 20_000; i++) {
      byte[] rubbish = new byte[random.nextInt(random.nextInt(10) == 0 ? 70_000 : 400)];
      random.nextBytes(rubbish);
      if (rubbish.length > 0 && random.nextBoolean()) {
        rubbish[0] = DatagramType.firstByte(random.nextInt(6));
      }
      Inbound inbound = anna.open(0, Unpooled.wrappedBuffer(rubbish), random.nextBoolean());
      assertThat(inbound)
          .as("seed %d", seed)
          .isInstanceOfAny(Inbound.Rejected.class, Inbound.NotForUs.class);
    }
    for (int length = 0; length < 40; length++) {
      for (int type = 0; type < 256; type++) {
        byte[] tiny = new byte[length];
        Arrays.fill(tiny, (byte) type);
        assertThat(anna.open(0, tiny)).isInstanceOf(Inbound.Rejected.class);
      }
    }
  }

  private void assertDropped(Node at, byte[] whole) {
    byte[] mutant = mutate(whole);
    if (isSame(mutant, whole)) {
      return;
    }
    boolean overMulticast = random.nextBoolean();
    Inbound inbound = at.open(0, Unpooled.wrappedBuffer(mutant), overMulticast);
    List<Class<?>> dropped =
        overMulticast
            ? List.of(Inbound.Rejected.class, Inbound.NotForUs.class)
            : List.of(Inbound.Rejected.class);
    assertThat(inbound.getClass()).as("seed %d", seed).isIn(dropped);
  }

  /**
   * The cookie's proof at the end of a first datagram is not a part of what is said, nor is the
   * pair's, to one who does not know the sender.
   */
  private boolean isSame(byte[] mutant, byte[] whole) {
    boolean first = DatagramType.of(whole[0]) == DatagramType.HANDSHAKE_INIT;
    int said = whole.length - (first ? unsaid : 0);
    return mutant.length == whole.length && Arrays.equals(mutant, 0, said, whole, 0, said);
  }

  private byte[] mutate(byte[] whole) {
    byte[] bytes = whole.clone();
    switch (random.nextInt(4)) {
      case 0 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 100));
      case 1 -> bytes[random.nextInt(Math.min(20, bytes.length))] = (byte) random.nextInt();
      case 2 -> {
        int at = random.nextInt(bytes.length);
        Arrays.fill(bytes, at, Math.min(bytes.length, at + 32), (byte) random.nextInt());
      }
      default -> {
        for (int i = random.nextInt(4); i >= 0; i--) {
          bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
      }
    }
    return bytes;
  }

  private void print() {
    System.out.println("HostileDatagramsTest limpet.seed=" + seed);
  }
}
