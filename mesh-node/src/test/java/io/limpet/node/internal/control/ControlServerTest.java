package io.limpet.node.internal.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.NodeException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlServerTest {
  @TempDir Path home;

  private ControlServer server;
  private ControlClient client;

  @BeforeEach
  void start() throws NodeException {
    ControlCommands commands = new ControlCommands();
    commands.add("echo", (args, reply) -> reply.result(args));
    commands.add(
        "count",
        (args, reply) -> {
          for (int i = 1; i <= args.path("to").asInt(); i++) {
            reply.event(i);
          }
          reply.result(Map.of("done", true));
        });
    commands.add(
        "refuse",
        (args, reply) -> {
          throw ControlException.failed("not today");
        });
    server = ControlServer.start(home, commands);
    client = new ControlClient(home);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aCommandIsAnsweredWithItsResult() throws ControlException {
    assertThat(client.call("echo", Map.of("x", 1)).path("x").asInt()).isEqualTo(1);
  }

  @Test
  void eventsArriveInOrderBeforeTheResult() throws ControlException {
    List<Integer> heard = new ArrayList<>();
    JsonNode result = client.call("count", Map.of("to", 100), event -> heard.add(event.asInt()));
    assertThat(heard).hasSize(100).isSorted();
    assertThat(result.path("done").asBoolean()).isTrue();
  }

  @Test
  void aRefusalKeepsItsLineAndItsExitCode() {
    assertThatThrownBy(() -> client.call("refuse", Map.of()))
        .isInstanceOfSatisfying(ControlException.class, e -> assertThat(e.exitCode()).isEqualTo(1))
        .hasMessage("not today");
    assertThatThrownBy(() -> client.call("what", Map.of()))
        .isInstanceOfSatisfying(ControlException.class, e -> assertThat(e.exitCode()).isEqualTo(2));
  }

  @Test
  void theSocketIsItsOwnersAlone() throws Exception {
    Path socket = ControlSocket.path(home);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
        .isEqualTo("rw-------");
    server.close();
    assertThat(socket).doesNotExist();
  }

  @Test
  void garbageEndsTheConnectionAndNotTheServer() throws Exception {
    for (String garbage : List.of("{", "[]\n", "null\n", "\u0000\u0001\n", "x".repeat(100_000))) {
      try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        channel.connect(UnixDomainSocketAddress.of(ControlSocket.path(home)));
        ByteBuffer bytes = ByteBuffer.wrap(garbage.getBytes(StandardCharsets.UTF_8));
        try {
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
        } catch (java.io.IOException e) {
          // The server may hang up in the middle: that is its right.
          assertThat(e).hasMessageContaining("Broken pipe");
        }
      }
    }
    assertThat(client.call("echo", Map.of("still", "there")).path("still").asText())
        .isEqualTo("there");
  }

  /** Even where the file would let them in. */
  @Test
  void anotherUserIsNotAnswered() throws Exception {
    assumeThat(System.getProperty("user.name"))
        .as("only root can be somebody else")
        .isEqualTo("root");
    Path socket = ControlSocket.path(home);
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
    String ask =
        """
        import socket, sys
        s = socket.socket(socket.AF_UNIX)
        s.connect(sys.argv[1])
        try:
            s.sendall(b'{"command": "echo", "args": {"x": 1}}\\n')
            print(s.recv(100).decode())
        except (BrokenPipeError, ConnectionResetError):
            print()
        """;
    List<String> program = List.of("/usr/bin/python3", "-c", ask, socket.toString());
    assertThat(output(program)).contains("result");
    List<String> asNobody =
        new ArrayList<>(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
    asNobody.addAll(program);
    assertThat(output(asNobody)).isEmpty();
  }

  private static String output(List<String> command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(text).isZero();
    return text.strip();
  }
}
