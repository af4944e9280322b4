package io.limpet.tcp.internal.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limpet.link.MeshAddress;
import io.limpet.tcp.TraceOptions;
import io.limpet.tcp.TraceSummary;
import io.limpet.tcp.internal.trace.PcapngFile.Captured;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a trace keeps, what it leaves out, and that nobody waits for it. */
class TraceRecorderTest {
  private static final MeshAddress ME = new MeshAddress(0x2001_0020_0000_0000L, 1);
  private static final MeshAddress PEER = new MeshAddress(0x2001_0020_0000_0000L, 2);
  private static final MeshAddress OTHER = new MeshAddress(0x2001_0020_0000_0000L, 3);
  private static final Instant START = Instant.ofEpochSecond(1_700_000_000L, 123_456_789);
  private static final long START_NS = -5;
  private static final String SECRET = "what nobody else is to read";

  @TempDir Path folder;

  /** A segment whose header says that it has so many words. */
  private static ByteBuffer segment(int words, String data) {
    byte[] text = data.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer segment = ByteBuffer.allocate(3 + words * 4 + text.length);
    segment.position(3);
    segment.put(3 + 12, (byte) (words << 4));
    segment.put(3 + words * 4, text);
    return segment;
  }

  private TraceRecorder open(TraceOptions options, WritableByteChannel channel) {
    return new TraceRecorder(folder, channel, options, () -> true, START_NS, START);
  }

  private static void received(TraceRecorder trace, long nowNs, ByteBuffer segment) {
    trace.record(nowNs, PEER, ME, segment, segment.position(), segment.remaining(), false);
  }

  private static TraceSummary end(TraceRecorder trace) throws Exception {
    trace.close();
    return trace.ended().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private PcapngFile traced(TraceOptions options, ByteBuffer... segments) throws Exception {
    Path file = folder.resolve("trace.pcapng");
    TraceRecorder trace = Traces.open(file, options, () -> true, START_NS);
    for (ByteBuffer segment : segments) {
      received(trace, START_NS, segment);
    }
    TraceSummary summary = end(trace);
    assertThat(Files.size(file)).isEqualTo(summary.fileBytes());
    PcapngFile read = PcapngFile.read(Files.readAllBytes(file));
    assertThat(read.packets).hasSize((int) summary.segments());
    assertThat(read.received).isEqualTo(summary.segments() + summary.dropped());
    return read;
  }

  @Test
  void dataStaysOutUnlessAskedForAndItsLengthIsTold() throws Exception {
    Captured packet = traced(TraceOptions.defaults(), segment(8, SECRET)).packets.get(0);
    assertThat(packet.bytes().remaining()).isEqualTo(40 + 32);
    assertThat(packet.originalBytes()).isEqualTo(40 + 32 + SECRET.length());
    assertThat(packet.bytes().getShort(4)).isEqualTo((short) (32 + 27));
    assertThat(packet.outbound()).isFalse();
  }

  @Test
  void asMuchDataIsKeptAsAskedFor() throws Exception {
    List<Captured> packets =
        traced(
                TraceOptions.defaults().withDataBytes(4),
                segment(5, SECRET),
                segment(5, "abc"),
                segment(5, ""))
            .packets;
    assertThat(packets)
        .extracting(packet -> packet.bytes().remaining())
        .containsExactly(64, 63, 60);
    assertThat(new String(packets.get(0).bytes().array(), 60, 4, StandardCharsets.US_ASCII))
        .isEqualTo("what");
  }

  @Test
  void aHeaderThatLiesGivesAwayNoMoreThanAnyHeader() throws Exception {
    ByteBuffer liar = segment(5, SECRET.repeat(10));
    liar.put(3 + 12, (byte) 0xF0);
    ByteBuffer small = segment(5, SECRET);
    small.put(3 + 12, (byte) 0);
    ByteBuffer stub = ByteBuffer.wrap(new byte[] {1, 2, 3});
    List<Captured> packets =
        traced(TraceOptions.defaults(), liar, small, stub, ByteBuffer.allocate(0)).packets;
    assertThat(packets)
        .extracting(packet -> packet.bytes().remaining())
        .containsExactly(40 + 60, 40 + 20, 40 + 3, 40);
  }

  @Test
  void timesAreThoseOfTheEngineAsThisMachineCountsThem() throws Exception {
    var bytes = new ByteArrayOutputStream();
    TraceRecorder trace = open(TraceOptions.defaults(), Channels.newChannel(bytes));
    received(trace, START_NS, segment(5, ""));
    received(trace, START_NS + 1_000_000_007L, segment(5, ""));
    end(trace);
    assertThat(PcapngFile.read(bytes.toByteArray()).packets)
        .extracting(Captured::epochNs)
        .containsExactly(1_700_000_000_123_456_789L, 1_700_000_001_123_456_796L);
  }

  @Test
  void onlyThePeerAskedForIsThere() throws Exception {
    var bytes = new ByteArrayOutputStream();
    TraceRecorder trace = open(TraceOptions.defaults().withPeer(PEER), Channels.newChannel(bytes));
    ByteBuffer segment = segment(5, "");
    int length = segment.remaining();
    trace.record(0, PEER, ME, segment, 3, length, false);
    trace.record(0, ME, PEER, segment, 3, length, true);
    trace.record(0, OTHER, ME, segment, 3, length, false);
    trace.record(0, ME, OTHER, segment, 3, length, true);
    end(trace);
    assertThat(PcapngFile.read(bytes.toByteArray()).packets)
        .extracting(Captured::outbound)
        .containsExactly(false, true);
  }

  @Test
  void theFileStopsBeforeItIsTooLarge() throws Exception {
    Path file = folder.resolve("small.pcapng");
    TraceOptions options = TraceOptions.defaults().withMaxFileBytes(4096);
    TraceRecorder trace = Traces.open(file, options, () -> true, START_NS);
    for (int i = 0; i < 1000; i++) {
      received(trace, START_NS, segment(5, SECRET));
    }
    TraceSummary summary = trace.ended().toCompletableFuture().get(10, TimeUnit.SECONDS);
    assertThat(summary.full()).isTrue();
    assertThat(Files.size(file)).isEqualTo(summary.fileBytes()).isBetween(3900L, 4096L);
    assertThat(PcapngFile.read(Files.readAllBytes(file)).packets).hasSize((int) summary.segments());
  }

  /** A disk that does not take anything holds up its own thread, and no other. */
  @Test
  void nobodyWaitsForTheDiskAndWhatIsMissingIsCounted() throws Exception {
    CountDownLatch stuck = new CountDownLatch(1);
    var bytes = new ByteArrayOutputStream();
    WritableByteChannel slow =
        new ChannelBeside(bytes) {
          @Override
          public int write(ByteBuffer from) throws IOException {
            try {
              stuck.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            return super.write(from);
          }
        };
    TraceRecorder trace = open(TraceOptions.defaults(), slow);
    int offered = 100_000;
    for (int i = 0; i < offered; i++) {
      received(trace, START_NS, segment(8, SECRET));
    }
    long dropped = trace.summary().dropped();
    stuck.countDown();
    TraceSummary summary = end(trace);
    assertThat(dropped).isBetween(1000L, offered - 1000L);
    assertThat(summary.segments() + summary.dropped()).isEqualTo(offered);
    PcapngFile read = PcapngFile.read(bytes.toByteArray());
    assertThat(read.packets).hasSize((int) summary.segments());
    assertThat(read.dropped).isEqualTo(summary.dropped());
    assertThat((long) bytes.size()).isLessThan(TraceRecorder.MOST_QUEUED_BYTES + 100_000L);
  }

  @Test
  void aDiskThatFailsIsToldToWhoeverBeganAndToNobodyElse() {
    WritableByteChannel broken =
        new ChannelBeside(new ByteArrayOutputStream()) {
          @Override
          public int write(ByteBuffer from) throws IOException {
            throw new IOException("no space left");
          }
        };
    TraceRecorder trace = open(TraceOptions.defaults(), broken);
    assertThatThrownBy(() -> trace.ended().toCompletableFuture().get(10, TimeUnit.SECONDS))
        .hasRootCauseMessage("no space left");
    received(trace, START_NS, segment(5, ""));
    assertThat(trace.isClosing()).isTrue();
  }

  @Test
  void aTraceEndsWithTheLoopThatItListensTo() throws Exception {
    AtomicBoolean alive = new AtomicBoolean(true);
    TraceRecorder trace =
        Traces.open(folder.resolve("t"), TraceOptions.defaults(), alive::get, START_NS);
    alive.set(false);
    assertThat(trace.ended().toCompletableFuture().get(10, TimeUnit.SECONDS).full()).isFalse();
  }

  @Test
  void aFileThatExistsIsLeftAloneAndANewOneIsItsOwnersAlone() throws Exception {
    Path file = Files.writeString(folder.resolve("mine"), "mine");
    assertThatThrownBy(() -> Traces.open(file, TraceOptions.defaults(), () -> true, 0))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(file).hasContent("mine");
    Path fresh = folder.resolve("fresh");
    end(Traces.open(fresh, TraceOptions.defaults(), () -> true, 0));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(fresh)))
        .isEqualTo("rw-------");
  }

  /** Writes into memory. */
  private static class ChannelBeside implements WritableByteChannel {
    private final WritableByteChannel into;

    ChannelBeside(ByteArrayOutputStream bytes) {
      into = Channels.newChannel(bytes);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
      return into.write(from);
    }

    @Override
    public boolean isOpen() {
      return into.isOpen();
    }

    @Override
    public void close() throws IOException {
      into.close();
    }
  }
}
