package io.limpet.node.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlSocket;
import io.limpet.node.internal.runtime.LiveNode;
import io.netty.util.NetUtil;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code limpet trace} on a node that talks with another, on an air inside of this process. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class TraceCommandTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  /** What a file that was ended in order ends with: the length of its block of statistics. */
  private static final int STATISTICS_BYTES = 52;

  @TempDir static Path folder = Path.of("");

  private OakAndElm mesh;
  private LiveNode oak;
  private LiveNode elm;

  @BeforeAll
  void start() throws Exception {
    mesh = new OakAndElm(folder, node -> node.perf(true));
    oak = mesh.start("oak");
    elm = mesh.start("elm");
    mesh.awaitMeeting("oak");
  }

  @AfterAll
  void stop() {
    if (mesh != null) {
      mesh.close();
    }
  }

  private static Said run(String... args) {
    return Said.by(folder.resolve("oak"), args);
  }

  /** Traces for a second, in which oak asks and elm answers. */
  private static Said traceOfPings(Path file, String... further) {
    CompletableFuture<Said> trace =
        CompletableFuture.supplyAsync(
            () -> {
              List<String> args =
                  new ArrayList<>(List.of("trace", file.toString(), "--seconds", "1"));
              args.addAll(List.of(further));
              return run(args.toArray(String[]::new));
            });
    await().atMost(SOON).until(() -> Files.exists(file) || trace.isDone());
    assertThat(run("perf", "ping", "elm", "--count", "5", "--interval", "10ms").exit()).isZero();
    return trace.join();
  }

  @Test
  void aTraceHasTheSegmentsOfItsTimeAndSaysHowMany() throws Exception {
    Path file = folder.resolve("pings.pcapng");
    JsonNode result = traceOfPings(file, "--peer", "elm", "--json").json();
    // Each way: SYN, five times 200 bytes, FIN.
    assertThat(result.path("segments").asInt()).isGreaterThan(12);
    assertThat(result.path("dropped").asInt()).isZero();
    assertThat(result.path("full").asBoolean()).isFalse();
    assertThat(result.path("file").asText()).isEqualTo(file.toString());
    assertThat(Files.size(file)).isEqualTo(result.path("bytes").asLong());
  }

  @Test
  void aPersonIsToldInOneLine() {
    Path file = folder.resolve("told.pcapng");
    Said said = traceOfPings(file);
    assertThat(said.exit()).as(said.err()).isZero();
    assertThat(said.out()).matches("[0-9]+ segments in " + file);
  }

  @Test
  @Tag("kernel")
  void thePacketToolFindsBothSidesOfTheConversation() throws Exception {
    Assumptions.assumeTrue(isInstalled("tshark"), "needs tshark");
    Path file = folder.resolve("read.pcapng");
    JsonNode result = traceOfPings(file, "--json").json();
    List<String> lines = tshark(file, "-e", "ipv6.src", "-e", "_ws.malformed", "-e", "tcp.flags");
    assertThat(lines).hasSize(result.path("segments").asInt());
    String here = oak.node().link().localAddress().toInet6Address().getHostAddress();
    String there = elm.node().link().localAddress().toInet6Address().getHostAddress();
    assertThat(lines).allMatch(line -> line.split("\t", -1)[1].isEmpty());
    assertThat(lines).anyMatch(line -> line.endsWith("0x0002") || line.endsWith("0x000a"));
    assertThat(lines.stream().map(line -> expanded(line.split("\t", -1)[0])).distinct())
        .containsExactlyInAnyOrder(here, there);
  }

  private static String expanded(String address) {
    return NetUtil.getByName(address).getHostAddress();
  }

  private static boolean isInstalled(String program) {
    return List.of(System.getenv("PATH").split(":", -1)).stream()
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  private static List<String> tshark(Path file, String... fields) throws Exception {
    List<String> command = new ArrayList<>(List.of("tshark", "-n", "-r", file.toString()));
    command.addAll(List.of("-d", "tcp.port==1-65535,data", "-T", "fields"));
    command.addAll(List.of(fields));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output.lines().toList();
  }

  /** Ctrl-C ends the client alone; the node is to notice, and to end the file in order. */
  @Test
  void aClientThatGoesAwayTakesItsTraceAlong() throws Exception {
    Path file = folder.resolve("gone.pcapng");
    try (SocketChannel client =
        SocketChannel.open(UnixDomainSocketAddress.of(ControlSocket.path(folder.resolve("oak"))))) {
      String request = "{\"command\":\"trace\",\"args\":{\"file\":\"" + file + "\"}}\n";
      client.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8)));
      await().atMost(SOON).until(() -> Files.exists(file));
      assertThat(isEnded(file)).isFalse();
    }
    await().atMost(SOON).until(() -> isEnded(file));
  }

  private static boolean isEnded(Path file) throws Exception {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    return bytes.limit() > STATISTICS_BYTES
        && bytes.getInt(bytes.limit() - STATISTICS_BYTES) == 5
        && bytes.getInt(bytes.limit() - 4) == STATISTICS_BYTES;
  }

  @ParameterizedTest
  @CsvSource({
    "oak, '', 2, exists",
    "nowhere/t.pcapng, '', 2, no folder",
    "oak/identity.pem/t.pcapng, '', 2, cannot be made",
    "t.pcapng, --snap 65536, 2, 'snap'",
    "t.pcapng, --snap -1, 2, 'snap'",
    "t.pcapng, --seconds 0, 2, 'seconds'",
    "t.pcapng, --megabytes 0, 2, 'megabytes'",
    "t.pcapng, --peer nobody, 1, nobody"
  })
  void whatCannotBeTracedIsSaidInOneLine(String name, String option, int exit, String why) {
    String path = folder.resolve(name).toString();
    Said said =
        option.isEmpty()
            ? run("trace", path)
            : run(("trace " + path + " " + option).split(" ", -1));
    assertThat(said.exit()).isEqualTo(exit);
    assertThat(said.err().lines()).hasSize(1);
    assertThat(said.err()).startsWith("limpet: ").contains(why);
    assertThat(said.out()).isEmpty();
    assertThat(folder.resolve("t.pcapng")).doesNotExist();
  }
}
