package io.limpet.link.internal.os.sockdiag;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.KernelSocket;
import io.limpet.link.KernelTcpInfo;
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
      byte[] bytes = new byte[random.nextInt(random.nextBoolean() ? 100 : 260)];
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
        assertThat(socket.timer().expiresMs()).isNotNegative();
        if (socket.info() != null) {
          assertThat(socket.info().lastDataSentMs()).isNotNegative();
          assertThat(socket.info().receiveMemoryBytes()).isNotNegative();
        }
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

  @Test
  void timersAndTheKernelsInformationAreRead() {
    ByteBuffer answer = ByteBuffer.allocate(72 + 20 + 4 + 248).order(ByteOrder.nativeOrder());
    answer.put(0, (byte) 2).put(1, (byte) 1).put(2, (byte) 1).put(3, (byte) 5);
    answer.putInt(52, 3_100);
    answer.putShort(72, (short) 20).putShort(74, (short) 1);
    answer.putInt(76, 768).putInt(80, 2_304);
    int info = 92 + 4;
    answer.putShort(92, (short) 252).putShort(94, (short) 2);
    answer.put(info + 4, (byte) 5).putInt(info + 8, 6_400_000).putInt(info + 68, 1_250);
    answer.putInt(info + 44, 7).putInt(info + 52, 11).putInt(info + 56, 13);
    answer.putInt(info + 100, 17);

    KernelSocket socket = read(answer);
    assertThat(socket.timer())
        .isEqualTo(new KernelSocket.Timer(KernelSocket.Timer.Kind.RETRANSMISSION, 5, 3_100));
    assertThat(socket.info())
        .isEqualTo(new KernelTcpInfo(5, 6_400, 1_250, 7, 11, 13, 17, 768, 2_304));

    // Overdue by a jiffy, and a kind of timer that nobody knows yet.
    answer.putInt(52, -4).put(2, (byte) 9);
    assertThat(read(answer).timer())
        .isEqualTo(new KernelSocket.Timer(KernelSocket.Timer.Kind.NONE, 5, 0));
    answer.putShort(92, (short) 100);
    assertThat(read(answer).info()).as("too short").isNull();
  }

  private static KernelSocket read(ByteBuffer answer) {
    return Objects.requireNonNull(
        SocketCodec.read(new NetlinkMessage(20, 0, 0, answer), ip -> true));
  }
}
