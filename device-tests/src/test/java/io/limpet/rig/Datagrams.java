package io.limpet.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Numbered UDP datagrams from one device to another. */
final class Datagrams implements AutoCloseable {
  /** A datagram's Ethernet frame is so long. */
  static final int FRAME_BYTES = 142;

  private static final int BATCH = 50;

  private final DatagramChannel sender;
  private final DatagramChannel receiver;
  private final List<Integer> received = new ArrayList<>();
  private final ByteBuffer buffer = ByteBuffer.allocate(2048);

  private Datagrams(DatagramChannel sender, DatagramChannel receiver) {
    this.sender = sender;
    this.receiver = receiver;
  }

  /** Opens both ends and sees to it that addresses are resolved; the air must not be broken yet. */
  static Datagrams between(RigDevice from, RigDevice to) throws IOException {
    DatagramChannel receiver = to.openDatagramChannel();
    receiver.bind(new InetSocketAddress(0));
    receiver.configureBlocking(false);
    DatagramChannel sender = from.openDatagramChannel();
    sender.connect(new InetSocketAddress(to.ipv4(), receiver.socket().getLocalPort()));
    // Twice, so that both kernels believe their entries and do not verify them meanwhile.
    for (int i = 0; i < 2; i++) {
      assertThat(from.ping(to, Duration.ofSeconds(2))).isPresent();
      assertThat(to.ping(from, Duration.ofSeconds(2))).isPresent();
    }
    return new Datagrams(sender, receiver);
  }

  /** Sends datagrams with these numbers. */
  void send(int first, int end) throws IOException {
    for (int number = first; number < end; number++) {
      ByteBuffer payload = ByteBuffer.allocate(FRAME_BYTES - 42).putInt(0, number);
      sender.write(payload);
      if (number % BATCH == BATCH - 1) {
        settle();
      }
    }
    settle();
  }

  List<Integer> received() {
    return List.copyOf(received);
  }

  @Override
  public void close() throws IOException {
    sender.close();
    receiver.close();
  }

  // Until nothing more comes for longer than any delay that these tests use.
  private void settle() {
    await()
        .pollDelay(Duration.ofMillis(15))
        .pollInterval(Duration.ofMillis(15))
        .atMost(Duration.ofSeconds(10))
        .until(() -> receive() == 0);
  }

  private int receive() throws IOException {
    int count = 0;
    buffer.clear();
    while (receiver.receive(buffer) != null) {
      received.add(buffer.getInt(0));
      count++;
      buffer.clear();
    }
    return count;
  }
}
