package io.limpet.node.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Another program's connection whose address is taken away, and the command that ends it. */
@Tag("kernel")
@Timeout(120)
class SocketsCommandTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String SERVER =
      """
      import socket
      s = socket.socket(socket.AF_INET6)
      s.bind(('::', 5000)); s.listen()
      print('listening', flush=True)
      kept = []
      while True: kept.append(s.accept())
      """;
  private static final String PROGRAM =
      """
      import socket, sys, errno
      s = socket.create_connection((sys.argv[1], 5000))
      print('connected', flush=True)
      try: s.recv(1)
      except OSError as e: print(errno.errorcode[e.errno], flush=True)
      """;

  private final String here = "limpet-sk-a" + ProcessHandle.current().pid();
  private final String there = "limpet-sk-b" + ProcessHandle.current().pid();
  private final List<Process> processes = new ArrayList<>();
  private Path folder;

  @BeforeEach
  void buildsTheNetwork() throws Exception {
    assumeTrue(Files.isWritable(Path.of("/run")), "network namespaces need root");
    folder = Files.createTempDirectory(Path.of("/run"), "limpet-sockets");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    run("ip", "netns", "add", here);
    run("ip", "netns", "add", there);
    run("ip", "-n", here, "link", "add", "v0", "type", "veth", "peer", "v0", "netns", there);
    for (String[] end : new String[][] {{here, "1"}, {there, "2"}}) {
      run("ip", "-n", end[0], "addr", "add", "10.78.0." + end[1] + "/24", "dev", "v0");
      run("ip", "-n", end[0], "addr", "add", "fd78::" + end[1] + "/64", "dev", "v0", "nodad");
      run("ip", "-n", end[0], "link", "set", "v0", "up");
    }
  }

  @AfterEach
  void removesEverything() throws Exception {
    for (Process process : processes) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
    for (String namespace : List.of(here, there)) {
      if (Files.exists(Path.of("/run/netns", namespace))) {
        run("ip", "netns", "del", namespace);
      }
    }
    if (folder != null) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(String.join(" ", command) + ": " + output).isZero();
    return output;
  }

  /** Starts a program that prints into a file; returns the file. */
  private Path start(String namespace, String name, List<String> program) throws IOException {
    Path output = folder.resolve(name + ".out");
    List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
    command.addAll(program);
    processes.add(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start());
    return output;
  }

  private static void awaitLine(Path output, String start) {
    await().atMost(SOON).until(() -> lines(output).stream().anyMatch(l -> l.startsWith(start)));
  }

  private static List<String> lines(Path output) {
    try {
      return Files.readAllLines(output);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private record Answer(int exit, String out, String err) {
    JsonNode json() {
      try {
        return new ObjectMapper().readTree(out);
      } catch (IOException e) {
        throw new AssertionError(out + err, e);
      }
    }
  }

  private static List<String> limpet(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                LimpetMain.class.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  private Answer ask(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", here));
    command.addAll(limpet(arguments));
    Path err = folder.resolve("err");
    Process process = new ProcessBuilder(command).redirectError(err.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Answer(process.waitFor(), out.strip(), Files.readString(err));
  }

  /** A program that waits for data on a connection whose local address is gone. */
  private Path stranded(String local, String remote) throws Exception {
    awaitLine(start(there, "server", List.of("python3", "-u", "-c", SERVER)), "listening");
    Path program = start(here, "program", List.of("python3", "-u", "-c", PROGRAM, remote));
    awaitLine(program, "connected");
    assertThat(ask("sockets", "--stranded").out()).isEqualTo("no stranded sockets");
    run("ip", "-n", here, "addr", "del", local, "dev", "v0");
    return program;
  }

  private static void awaitItsError(Path program) {
    await()
        .atMost(Duration.ofSeconds(1))
        .untilAsserted(
            () -> assertThat(lines(program)).containsExactly("connected", "ECONNABORTED"));
  }

  @ParameterizedTest
  @CsvSource({
    "10.78.0.1/24, 10.78.0.2, 10.78.0.1:, 10.78.0.2:5000",
    "fd78::1/64, fd78::2, [fd78:0:0:0:0:0:0:1]:, [fd78:0:0:0:0:0:0:2]:5000"
  })
  void aStrandedConnectionIsShownAndDestroyedAndItsProgramToldAtOnce(
      String address, String peer, String local, String remote) throws Exception {
    Path program = stranded(address, peer);

    JsonNode listed = ask("sockets", "--stranded", "--json").json();
    assertThat(listed).hasSize(1);
    JsonNode socket = listed.get(0);
    assertThat(socket.path("state").asText()).isEqualTo("ESTABLISHED");
    assertThat(socket.path("local").asText()).startsWith(local);
    assertThat(socket.path("remote").asText()).isEqualTo(remote);
    assertThat(socket.path("program").asText()).startsWith("python");
    assertThat(socket.path("pid").asLong()).isPositive();
    assertThat(Instant.parse(socket.path("since").asText())).isBefore(Instant.now());
    assertThat(socket.path("finding").asText()).isEqualTo("STRANDED");
    assertThat(ask("sockets", "--stranded").out())
        .contains("1 kernel socket: 1 problem, 0 to watch")
        .contains("ESTABLISHED (1):", "python", "no longer has its local address");
    assertThat(lines(program)).containsExactly("connected");

    Answer destroyed = ask("sockets", "--stranded", "--destroy");
    awaitItsError(program);
    assertThat(destroyed.exit()).isZero();
    assertThat(destroyed.out()).contains("python").endsWith(": destroyed");
    assertThat(ask("sockets", "--stranded", "--json").json()).isEmpty();
  }
}
