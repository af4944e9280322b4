package io.limpet.node.internal.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a stranger's first bytes may be. */
class QuestionTest {
  private final List<String> asked = new ArrayList<>();

  private EmbeddedChannel channel() {
    return new EmbeddedChannel(new Question((ctx, service) -> asked.add(service)));
  }

  private static ByteBuf question(String service) {
    ByteBuf bytes = Unpooled.buffer();
    StreamProtocol.writeQuestion(bytes, service);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1", "22", "65535", "wiki", "a", "my-wiki", "3d", "x1", "abcdefghijklmno"})
  void aPortOrANameIsAService(String service) {
    assertThat(StreamProtocol.isService(service)).isTrue();
    EmbeddedChannel channel = channel();
    ByteBuf whole = question(service);
    while (whole.isReadable()) { // byte by byte
      channel.writeInbound(whole.readBytes(1));
    }
    assertThat(asked).containsExactly(service);
    assertThat(channel.isOpen()).isTrue();
    channel.finishAndReleaseAll();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "00",
        "022",
        "65536",
        "99999",
        "100000",
        "-",
        "a-",
        "-a",
        "a--b",
        "Wiki",
        "a b",
        "a/b",
        "\u0000",
        "1-1",
        "abcdefghijklmnop"
      })
  void nothingElseIs(String service) {
    assertThat(StreamProtocol.isService(service)).isFalse();
    EmbeddedChannel channel = channel();
    channel.writeInbound(question(service));
    assertThat(asked).isEmpty();
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void whoAsksNothingIsNotWaitedForLong() {
    EmbeddedChannel channel = channel();
    channel.advanceTimeBy(11, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void noiseNeverThrowsAndAsksForNothingOutOfTheRules() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 4_000; i++) {
      byte[] noise = new byte[1 + random.nextInt(40)];
      random.nextBytes(noise);
      if (random.nextBoolean()) {
        noise[0] = StreamProtocol.VERSION;
        noise[Math.min(1, noise.length - 1)] = (byte) random.nextInt(20);
      }
      EmbeddedChannel channel = channel();
      channel.writeInbound(Unpooled.wrappedBuffer(noise));
      channel.checkException();
      channel.finishAndReleaseAll();
    }
    assertThat(asked).as("seed " + seed).allMatch(StreamProtocol::isService);
  }
}
