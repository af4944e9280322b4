package io.limpet.link.internal.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.SegmentedDatagramPacket;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What goes to the kernel as one, and the memory that it goes there in. */
class SegmentBatchTest {
  private static final InetSocketAddress ELM = new InetSocketAddress("10.0.0.2", 4000);
  private static final InetSocketAddress OAK = new InetSocketAddress("10.0.0.3", 4000);
  private static final int FULL = 1452;

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final SegmentBatch batch = new SegmentBatch(channel);
  private final List<DatagramPacket> written = new ArrayList<>();
  private int next;

  @AfterEach
  void close() {
    written.forEach(DatagramPacket::release);
    batch.discard();
    channel.finishAndReleaseAll();
  }

  /** Each datagram is filled with a number of its own. */
  private void add(InetSocketAddress to, int bytes) {
    ByteBuf datagram = Unpooled.buffer(bytes);
    for (int i = 0; i < bytes; i++) {
      datagram.writeByte(next);
    }
    next++;
    batch.add(to, datagram);
    assertThat(datagram.refCnt()).isZero();
  }

  private void flush() {
    batch.finish();
    channel.flush();
    for (DatagramPacket p = channel.readOutbound(); p != null; p = channel.readOutbound()) {
      written.add(p);
    }
  }

  /** Reads every packet back as "number:bytes", those of one batch joined by a plus. */
  private List<String> packets() {
    List<String> read = new ArrayList<>();
    for (DatagramPacket packet : written) {
      ByteBuf content = packet.content();
      int size =
          packet instanceof SegmentedDatagramPacket segmented
              ? segmented.segmentSize()
              : content.readableBytes();
      List<String> parts = new ArrayList<>();
      for (int at = 0; at < content.readableBytes(); at += size) {
        int length = Math.min(size, content.readableBytes() - at);
        int number = content.getByte(content.readerIndex() + at);
        for (int i = 0; i < length; i++) {
          assertThat((int) content.getByte(content.readerIndex() + at + i)).isEqualTo(number);
        }
        parts.add(number + ":" + length);
      }
      read.add(String.join("+", parts));
    }
    return read;
  }

  @Test
  void equalDatagramsLeaveAsOneAndAShorterOneIsTheLast() {
    add(ELM, 100);
    add(ELM, 100);
    add(ELM, 60);
    add(ELM, 100);
    flush();
    assertThat(packets()).containsExactly("0:100+1:100+2:60", "3:100");
    assertThat(written.get(0)).isInstanceOf(SegmentedDatagramPacket.class);
    assertThat(written.get(1)).isNotInstanceOf(SegmentedDatagramPacket.class);
  }

  @Test
  void aLargerDatagramOrAnotherDestinationBeginsAnew() {
    add(ELM, 100);
    add(ELM, 101);
    add(OAK, 101);
    add(OAK, 101);
    flush();
    assertThat(packets()).containsExactly("0:100", "1:101", "2:101+3:101");
    assertThat(written.get(1).recipient()).isEqualTo(ELM);
    assertThat(written.get(2).recipient()).isEqualTo(OAK);
  }

  @Test
  void aBatchIsNoLargerThanWhatTheKernelTakes() {
    for (int i = 0; i < 100; i++) {
      add(ELM, FULL);
    }
    for (int i = 0; i < 100; i++) {
      add(ELM, 20);
    }
    flush();
    for (DatagramPacket packet : written) {
      assertThat(packet.content().readableBytes()).isLessThanOrEqualTo(65_507);
    }
    assertThat(packets().stream().mapToInt(p -> p.split("\\+", -1).length).boxed())
        .containsExactly(45, 45, 11, 64, 35);
  }

  @Test
  void theMemoryIsUsedAgainOnceTheKernelHasTakenWhatIsInIt() {
    add(ELM, FULL);
    flush();
    int address = System.identityHashCode(written.get(0).content().unwrap());
    written.remove(0).release();
    add(ELM, FULL);
    flush();
    assertThat(System.identityHashCode(written.get(0).content().unwrap())).isEqualTo(address);
  }

  @Test
  void whatASlowKernelHasNotTakenIsLeftAlone() {
    for (int i = 0; i < 120; i++) {
      add(ELM, FULL);
      if (i % 40 == 39) {
        flush(); // and nothing is released
      }
    }
    List<String> read = packets();
    assertThat(read).hasSize(3);
    assertThat(read.get(0)).startsWith("0:1452+1:1452+");
    assertThat(read.get(2)).startsWith("80:1452+").endsWith("119:1452");
  }

  @Test
  void aJumboDatagramFindsRoom() {
    add(ELM, 9000);
    add(ELM, 9000);
    flush();
    assertThat(packets()).containsExactly("0:9000+1:9000");
  }
}
