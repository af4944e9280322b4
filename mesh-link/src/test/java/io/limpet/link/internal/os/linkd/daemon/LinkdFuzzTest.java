package io.limpet.link.internal.os.linkd.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.limpet.link.internal.os.linkd.wire.LinkdCodec;
import io.limpet.link.internal.os.linkd.wire.LinkdFrames;
import io.limpet.link.internal.os.linkd.wire.LinkdMessage;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;

/**
 * Any stream is read without an exception, however it is cut; what was read is written and read as
 * the same; and of what the policy lets pass, none is for anything but a neighbour.
 */
@Tag("fuzz")
@Tag("fuzz-search")
final class LinkdFuzzTest {
  private final LinkdPolicy policy = new LinkdPolicy(new FakeMachine(), FakeMachine.NAMED);

  @FuzzTest(maxDuration = "8s")
  void bytes(byte[] bytes) {
    List<LinkdMessage> messages = new ArrayList<>();
    boolean sound = new LinkdFrames().feed(ByteBuffer.wrap(bytes), messages::add);
    List<LinkdMessage> byteByByte = new ArrayList<>();
    LinkdFrames frames = new LinkdFrames();
    boolean soundToo = true;
    for (int i = 0; i < bytes.length; i++) {
      soundToo = frames.feed(ByteBuffer.wrap(bytes, i, 1), byteByByte::add);
    }
    assertThat(byteByByte).isEqualTo(messages);
    assertThat(soundToo).isEqualTo(sound);
    for (LinkdMessage message : messages) {
      writtenAndReadAgain(message);
      if (message instanceof LinkdMessage.OnInterface request
          && policy.objection(request) == null) {
        isForANeighbour(request);
      }
    }
  }

  private static void writtenAndReadAgain(LinkdMessage message) {
    List<LinkdMessage> again = new ArrayList<>();
    byte[] written = LinkdCodec.write(message);
    if (message instanceof LinkdMessage.Told || message instanceof LinkdMessage.Refused) {
      // Texts that are no UTF-8 grow when they are written anew, and may be cut.
      assertThat(new LinkdFrames().feed(ByteBuffer.wrap(written), again::add)).isTrue();
      return;
    }
    new LinkdFrames().feed(ByteBuffer.wrap(written), again::add);
    assertThat(again).containsExactly(message);
  }

  /** Told apart by other means than the policy's. */
  private static void isForANeighbour(LinkdMessage.OnInterface request) {
    assertThat(request.on()).isEqualTo("wlan0");
    if (request instanceof LinkdMessage.AboutNeighbour about) {
      assertThat(isNeighbour(about.ip())).as("%s", about.ip()).isTrue();
    }
    if (request instanceof LinkdMessage.Replace replace) {
      byte[] mac = replace.mac().toArray();
      assertThat(mac).hasSize(6);
      assertThat(mac[0] & 1).isZero();
    }
    if (request instanceof LinkdMessage.Announce announce) {
      assertThat(announce.own().getHostAddress()).isIn("10.0.0.1", "fe80:0:0:0:0:0:0:1");
    }
  }

  private static boolean isNeighbour(InetAddress ip) {
    String text = ip.getHostAddress();
    return (text.startsWith("10.0.0.")
            && !List.of("10.0.0.0", "10.0.0.1", "10.0.0.255").contains(text))
        || (ip.isLinkLocalAddress()
            && ip.getAddress().length == 16
            && !text.equals("fe80:0:0:0:0:0:0:1"))
        || (text.startsWith("2001:db8:0:0:") && !text.equals("2001:db8:0:0:0:0:0:1"));
  }
}
