package io.limpet.tcp.internal.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limpet.tcp.TcpTrace;
import io.limpet.tcp.TraceOptions;
import io.limpet.tcp.TraceSummary;
import io.limpet.tcp.internal.kernel.Programs;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node's trace, read by a packet tool that nobody here wrote. */
@Tag("kernel")
class TraceTest {
  private static final String UNVERIFIED = "2";
  private static final String GOOD = "1";
  private static final byte[] DATA =
      "said in confidence ".repeat(5000).getBytes(StandardCharsets.US_ASCII);

  @TempDir Path folder;
  private final VirtualMesh mesh = new VirtualMesh(7);
  private final Recorder serverSide = new Recorder();

  /** One packet as tshark tells it. */
  private record Line(List<String> field) {
    String flags() {
      return field.get(0);
    }

    int length() {
      return Integer.parseInt(field.get(1));
    }

    String checksum() {
      return field.get(2);
    }

    String ports() {
      return field.get(3) + ">" + field.get(4);
    }

    String addresses() {
      return field.get(5) + ">" + field.get(6);
    }

    String stream() {
      return field.get(7);
    }

    double atSeconds() {
      return Double.parseDouble(field.get(8));
    }

    double epochSeconds() {
      return Double.parseDouble(field.get(9));
    }

    String malformed() {
      return field.get(10);
    }

    boolean outbound() {
      return field.get(11).equals("0x00000002");
    }

    boolean cut() {
      return !field.get(12).equals(field.get(13));
    }
  }

  @BeforeAll
  static void tool() {
    Programs.assumeInstalled("tshark");
  }

  @AfterEach
  void close() {
    mesh.close();
  }

  private static TraceSummary end(TcpTrace trace) throws Exception {
    trace.close();
    return trace.ended().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  /** A connection that sends all data and is closed in both directions. */
  private int converse() {
    mesh.listen(mesh.serverBootstrap(serverSide));
    Channel client = mesh.connect(mesh.clientBootstrap(new Recorder()));
    int port = ((InetSocketAddress) client.localAddress()).getPort();
    client.writeAndFlush(Unpooled.wrappedBuffer(DATA));
    mesh.until(() -> serverSide.text.length() == DATA.length);
    client.close();
    mesh.loop.runFor(Duration.ofSeconds(1));
    return port;
  }

  @Test
  void thePacketToolReadsAWholeConnectionAndNoneOfItsData() throws Exception {
    Instant before = Instant.now();
    TcpTrace trace = mesh.client.traceTo(folder.resolve("client.pcapng"));
    int port = converse();
    TraceSummary summary = end(trace);
    List<Line> lines = read(trace.file());

    assertThat(lines).hasSize((int) summary.segments());
    assertThat(lines.stream().filter(Line::outbound).count())
        .isEqualTo(mesh.clientLink.datagramsSent.get());
    assertThat(lines.stream().filter(line -> !line.outbound()).count())
        .isEqualTo(mesh.serverLink.datagramsSent.get());
    assertThat(lines).extracting(Line::stream).containsOnly("0");
    assertThat(lines).extracting(Line::malformed).containsOnly("");
    String out = port + ">" + VirtualMesh.PORT;
    String in = VirtualMesh.PORT + ">" + port;
    for (Line line : lines) {
      assertThat(line.ports()).isEqualTo(line.outbound() ? out : in);
      assertThat(line.addresses())
          .isEqualTo(line.outbound() ? "2001:20::2>2001:20::1" : "2001:20::1>2001:20::2");
      // Only of a segment without data is everything there.
      assertThat(line.cut()).isEqualTo(line.length() > 0);
      assertThat(line.checksum()).isEqualTo(line.cut() ? UNVERIFIED : GOOD);
    }
    assertThat(lines.get(0).flags()).isEqualTo("0x0002");
    assertThat(lines.get(1).flags()).isEqualTo("0x0012");
    assertThat(lines).filteredOn(line -> has(line, 0x02)).hasSize(2);
    assertThat(lines).filteredOn(line -> has(line, 0x01)).hasSize(2);
    assertThat(lines).filteredOn(line -> has(line, 0x04)).isEmpty();
    assertThat(lines.stream().mapToInt(Line::length).sum()).isEqualTo(DATA.length);
    // Each way takes a millisecond of virtual time.
    assertThat(lines.get(1).atSeconds()).isEqualTo(0.002);
    assertThat(lines.get(0).epochSeconds())
        .isBetween(before.toEpochMilli() / 1e3 - 0.001, Instant.now().toEpochMilli() / 1e3);
  }

  @Test
  void withItsDataTheConversationCanBeRead() throws Exception {
    TcpTrace trace =
        mesh.server.traceTo(
            folder.resolve("server.pcapng"), TraceOptions.defaults().withDataBytes(65_535));
    int unused = converse();
    end(trace);

    assertThat(read(trace.file())).extracting(Line::checksum).containsOnly(GOOD);
    StringBuilder hex = new StringBuilder();
    tshark(trace.file(), "-q", "-z", "follow,tcp,raw,0")
        .lines()
        .filter(line -> line.matches("[0-9a-f]+"))
        .forEach(hex::append);
    assertThat(HexFormat.of().parseHex(hex)).isEqualTo(DATA);
  }

  @Test
  void whatANodeSaysToItselfIsThereOnce() throws Exception {
    mesh.listen(mesh.serverBootstrap(serverSide));
    TcpTrace trace = mesh.server.traceTo(folder.resolve("self.pcapng"));
    Channel self =
        mesh.done(
            new Bootstrap()
                .group(mesh.clientLoop)
                .channelFactory(mesh.server.clientChannels())
                .handler(new Recorder())
                .connect(mesh.serverAddress()));
    self.close();
    mesh.loop.runFor(Duration.ofSeconds(1));
    end(trace);
    List<Line> lines = read(trace.file());
    assertThat(lines).filteredOn(line -> has(line, 0x02)).hasSize(2);
    assertThat(lines).extracting(Line::malformed).containsOnly("");
  }

  @Test
  void aTraceEndsWithTcpAndHasItsLastWord() throws Exception {
    mesh.listen(mesh.serverBootstrap(serverSide));
    mesh.connect(mesh.clientBootstrap(new Recorder()));
    TcpTrace trace = mesh.client.traceTo(folder.resolve("end.pcapng"));
    mesh.client.close();
    TraceSummary summary = trace.ended().toCompletableFuture().get(10, TimeUnit.SECONDS);
    List<Line> lines = read(trace.file());
    assertThat(lines).hasSize((int) summary.segments());
    assertThat(has(lines.get(lines.size() - 1), 0x04)).as("the last is a reset").isTrue();
  }

  @Test
  void thereAreEightAtATimeAndNoMore() throws Exception {
    List<TcpTrace> traces = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      traces.add(mesh.client.traceTo(folder.resolve("t" + i)));
    }
    assertThatThrownBy(() -> mesh.client.traceTo(folder.resolve("t8")))
        .isInstanceOf(IllegalStateException.class);
    assertThat(folder.resolve("t8")).doesNotExist();
    end(traces.get(3));
    end(mesh.client.traceTo(folder.resolve("t8")));
  }

  private static boolean has(Line line, int controlBit) {
    return (Integer.decode(line.flags()) & controlBit) != 0;
  }

  private static List<Line> read(Path file) throws Exception {
    String fields =
        "tcp.flags tcp.len tcp.checksum.status tcp.srcport tcp.dstport ipv6.src ipv6.dst tcp.stream"
            + " frame.time_relative frame.time_epoch _ws.malformed frame.packet_flags frame.len"
            + " frame.cap_len";
    List<String> arguments =
        new ArrayList<>(List.of("-o", "tcp.check_checksum:TRUE", "-T", "fields"));
    for (String field : fields.split(" ", -1)) {
      arguments.addAll(List.of("-e", field));
    }
    return tshark(file, arguments.toArray(String[]::new))
        .lines()
        .map(line -> new Line(Arrays.asList(line.split("\t", -1))))
        .toList();
  }

  private static String tshark(Path file, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("tshark", "-n", "-r", file.toString()));
    command.addAll(List.of("-d", "tcp.port==1-65535,data"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }
}
