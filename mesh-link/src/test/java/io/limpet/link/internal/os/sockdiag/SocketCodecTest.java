package io.limpet.link.internal.os.sockdiag;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.KernelSocket;
import io.limpet.link.internal.os.netlink.NetlinkMessage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SocketCodecTest {
  @Test
  void hostileAnswersAreReadWithinBoundsOrNotAtAll() {
    long seed = Long.getLong("limpet.seed", System.nanoTime());
    System.out.println("SocketCodecTest -Dlimpet.seed=" + seed);
    Random random = new Random(seed);
    int read = 0;
    for (int i = 0; i < 100_000; i++) {
      byte[] bytes = new byte[random.nextInt(100)];
      random.nextBytes(bytes);
      if (bytes.length > 1 && random.nextBoolean()) {
        bytes[0] = (byte) (random.nextBoolean() ? 2 : 10);
        bytes[1] = (byte) random.nextInt(16);
      }
      ByteBuffer payload = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
      KernelSocket socket = SocketCodec.read(new NetlinkMessage(20, 0, 0, payload), ip -> true);
      if (socket != null) {
        read++;
        assertThat(socket.stranded()).isFalse();
        assertThat(socket.unreadBytes()).isNotNegative();
        assertThat(SocketCodec.isId(socket.id())).isTrue();
      }
    }
    assertThat(read).isGreaterThan(1_000);
  }

  @Test
  void listenersAndWhatHasEndedAreNeverStranded() {
    byte[] answer = new byte[72];
    answer[0] = 2;
    answer[8] = 10;
    for (int state = 1; state <= 12; state++) {
      answer[1] = (byte) state;
      ByteBuffer payload = ByteBuffer.wrap(answer).order(ByteOrder.nativeOrder());
      KernelSocket socket =
          Objects.requireNonNull(
              SocketCodec.read(new NetlinkMessage(20, 0, 0, payload), ip -> false));
      boolean over =
          switch (socket.state()) {
            case LISTEN, CLOSED, TIME_WAIT -> true;
            default -> false;
          };
      assertThat(socket.stranded()).isEqualTo(!over);
    }
  }
}
