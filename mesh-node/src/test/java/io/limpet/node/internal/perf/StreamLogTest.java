package io.limpet.node.internal.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class StreamLogTest {
  private static final int BYTES = 64;

  private final StreamLog log = new StreamLog();
  private final StreamLog.Recorder recorder = log.begin();

  private static ByteBuf stream(long... numbers) {
    ByteBuf all = Unpooled.buffer().writeInt(BYTES);
    for (long number : numbers) {
      StreamLog.write(all, BYTES, number, 1000 + number);
    }
    return all;
  }

  private StreamLog.Arrivals arrivals() {
    return log.arrivals().get(0);
  }

  @Test
  void eachMessageIsNotedWhenItsLastByteIsReadHoweverTheBytesCome() {
    ByteBuf bytes = stream(0, 1, 2);
    long nowNs = 0;
    while (bytes.isReadable()) {
      assertThat(recorder.add(bytes.readSlice(1), nowNs++)).isTrue();
    }
    recorder.end();
    assertThat(arrivals().sentNs()).containsExactly(1000L, 1001L, 1002L);
    assertThat(arrivals().arrivedNs()).containsExactly(67L, 131L, 195L);
    assertThat(arrivals().fault()).isEmpty();
    assertThat(arrivals().ended()).isTrue();
  }

  @Test
  void whatIsLostOrOutOfOrderIsAFault() {
    assertThat(recorder.add(stream(0, 2), 1)).isFalse();
    assertThat(arrivals().fault()).isEqualTo("message 2 came where 1 was due");
    assertThat(arrivals().sentNs()).hasSize(1);
  }

  @Test
  void whatIsDamagedIsAFault() {
    ByteBuf bytes = stream(0);
    bytes.setByte(Integer.BYTES + 40, bytes.getByte(Integer.BYTES + 40) ^ 1);
    assertThat(recorder.add(bytes, 1)).isFalse();
    assertThat(arrivals().fault()).isEqualTo("message 0 is damaged");
  }

  @Test
  void anEndWithinAMessageIsAFault() {
    ByteBuf bytes = stream(0);
    recorder.add(bytes.readSlice(bytes.readableBytes() - 1), 1);
    recorder.end();
    assertThat(arrivals().fault()).isEqualTo("it ended within message 0");
  }

  @Test
  void aLengthThatNoMessageHasTakesNoMemory() {
    assertThat(recorder.add(Unpooled.buffer().writeInt(Integer.MAX_VALUE), 1)).isFalse();
    assertThat(arrivals().fault()).startsWith("no message has");
  }
}
