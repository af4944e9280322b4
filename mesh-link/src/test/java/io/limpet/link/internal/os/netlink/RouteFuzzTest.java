package io.limpet.link.internal.os.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Tag;

/** Any datagram is walked and decoded without an exception, and says nothing that cannot be. */
@Tag("fuzz")
@Tag("fuzz-search")
final class RouteFuzzTest {
  @FuzzTest(maxDuration = "8s")
  void bytes(byte[] bytes) {
    ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length);
    direct.put(bytes).flip();
    NetlinkMessage.forEach(direct, RouteFuzzTest::look);
    // Of a whole datagram the messages may be none at all: each type is tried with the rest of it.
    for (int type = 16; type < 31 && bytes.length > 0; type++) {
      look(
          new NetlinkMessage(
              type, 0, 0, ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.nativeOrder())));
    }
  }

  private static void look(NetlinkMessage message) {
    assertThat(message.errno()).isNotNegative();
    RouteMessage decoded = RouteCodec.decode(message);
    if (decoded == null) {
      return;
    }
    assertThat(decoded.interfaceIndex()).isPositive();
    if (decoded instanceof RouteMessage.Link link) {
      assertThat(link.name()).isNotEmpty();
      assertThat(link.mtuBytes()).isNotNegative();
      assertThat(link.mac() == null || link.mac().length() == 6).isTrue();
    } else if (decoded instanceof RouteMessage.Address address) {
      assertThat(address.prefixLength()).isBetween(0, 8 * address.address().getAddress().length);
    } else if (decoded instanceof RouteMessage.Neighbour neighbour) {
      assertThat(neighbour.mac() == null || neighbour.mac().length() == 6).isTrue();
    }
  }
}
