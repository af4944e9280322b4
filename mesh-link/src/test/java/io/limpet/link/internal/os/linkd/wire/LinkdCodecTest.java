package io.limpet.link.internal.os.linkd.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.Bytes;
import io.limpet.link.LinkPrivileges.Operation;
import io.limpet.link.MeshAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinkdCodecTest {
  static final Bytes MAC = Bytes.of(new byte[] {2, 0, 0, 0, 0, (byte) 0xff});

  static Stream<LinkdMessage> messages() throws UnknownHostException {
    InetAddress ipv4 = InetAddress.getByName("10.0.0.2");
    InetAddress ipv6 = InetAddress.getByName("fe80::2");
    MeshAddress peer = new MeshAddress(0x2001_0020_0000_0007L, -1);
    byte[] socketId = new byte[49];
    Arrays.fill(socketId, (byte) 7);
    return Stream.of(
        new LinkdMessage.Greet(1, 3),
        new LinkdMessage.Replace(-1, "wlan0", ipv4, MAC),
        new LinkdMessage.Replace(1, "a", ipv6, MAC),
        new LinkdMessage.Flush(2, "abcdefghijklmno", ipv6),
        new LinkdMessage.Probe(Integer.MAX_VALUE, "wlan0", ipv4),
        new LinkdMessage.Solicit(4, "wlan0", ipv4, InetAddress.getByName("10.0.0.9")),
        new LinkdMessage.Announce(5, "wlan0", ipv6),
        new LinkdMessage.RunHook(6, "wlan0", ipv4, MAC, peer),
        new LinkdMessage.Destroy(7, Bytes.of(socketId)),
        new LinkdMessage.Ping(),
        new LinkdMessage.Welcome(1, Set.of(Operation.values()), List.of("wlan0", "eth0")),
        new LinkdMessage.Welcome(1, Set.of(), List.of()),
        new LinkdMessage.Told(8, true, "done", "größer"),
        new LinkdMessage.Told(9, false, "", ""),
        new LinkdMessage.Pong(),
        new LinkdMessage.Refused("not you"));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void whatIsWrittenIsReadAsTheSame(LinkdMessage message) {
    assertThat(feed(LinkdCodec.write(message))).containsExactly(message);
  }

  @ParameterizedTest
  @MethodSource("messages")
  void aMessageThatIsCutOrTooLongIsNone(LinkdMessage message) {
    byte[] whole = LinkdCodec.write(message);
    byte[] body = Arrays.copyOfRange(whole, 2, whole.length);
    for (int length = 0; length < body.length; length++) {
      assertThat(LinkdCodec.read(ByteBuffer.wrap(body, 0, length))).isNull();
    }
    assertThat(LinkdCodec.read(ByteBuffer.wrap(Arrays.copyOf(body, body.length + 1)))).isNull();
  }

  @Test
  void anyCutOfTheStreamGivesTheSameMessages() throws UnknownHostException {
    List<LinkdMessage> sent = messages().toList();
    ByteBuffer stream = ByteBuffer.allocate(4096);
    sent.forEach(message -> stream.put(LinkdCodec.write(message)));
    byte[] bytes = Arrays.copyOf(stream.array(), stream.position());
    long seed = Long.getLong("limpet.seed", System.nanoTime());
    Random random = new Random(seed);
    LinkdFrames frames = new LinkdFrames();
    List<LinkdMessage> received = new ArrayList<>();
    for (int at = 0; at < bytes.length; ) {
      int length = Math.min(bytes.length - at, 1 + random.nextInt(9));
      assertThat(frames.feed(ByteBuffer.wrap(bytes, at, length), received::add)).isTrue();
      at += length;
    }
    assertThat(received).as("-Dlimpet.seed=" + seed).isEqualTo(sent);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000", // no type
        "0201", // longer than any message
        "ffff",
        "000100", // a type that is none
        "0001ff",
        "000901" + "6c696d706574000000", // another magic
        "00020900", // a ping with something behind it
      })
  void nothingIsBelievedAfterWhatIsNoMessage(String hex) {
    LinkdFrames frames = new LinkdFrames();
    List<LinkdMessage> received = new ArrayList<>();
    byte[] bad = java.util.HexFormat.of().parseHex(hex);
    assertThat(frames.feed(ByteBuffer.wrap(bad), received::add)).isFalse();
    byte[] good = LinkdCodec.write(new LinkdMessage.Ping());
    assertThat(frames.feed(ByteBuffer.wrap(good), received::add)).isFalse();
    assertThat(received).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b", "a b", "a\nb", "wl\u007f"})
  void aNameThatNoInterfaceHasIsNoMessage(String name) throws UnknownHostException {
    byte[] bytes =
        LinkdCodec.write(new LinkdMessage.Flush(1, name, InetAddress.getByName("10.0.0.2")));
    assertThat(new LinkdFrames().feed(ByteBuffer.wrap(bytes), message -> {})).isFalse();
  }

  @Test
  void longTextsAreCutBetweenCharactersAndObeyedByNoTerminal() {
    LinkdMessage told = new LinkdMessage.Told(1, true, "done", "ä".repeat(300));
    assertThat(feed(LinkdCodec.write(told)))
        .containsExactly(new LinkdMessage.Told(1, true, "done", "ä".repeat(100)));
    LinkdMessage hostile = new LinkdMessage.Refused("a\u001b[2J\nb\u202ec");
    assertThat(feed(LinkdCodec.write(hostile)))
        .containsExactly(new LinkdMessage.Refused("a [2J b c"));
  }

  private static List<LinkdMessage> feed(byte[] bytes) {
    List<LinkdMessage> messages = new ArrayList<>();
    assertThat(new LinkdFrames().feed(ByteBuffer.wrap(bytes), messages::add)).isTrue();
    return messages;
  }
}
