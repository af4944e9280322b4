package io.limpet.rig.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Mallory: a script with raw sockets in a namespace of its own; see attacker.py. */
final class Attacker {
  /** Where multicast hellos go, and the MAC of that group. */
  static final String GROUP_IP = "239.255.74.64";

  static final String GROUP_MAC = "01:00:5e:7f:4a:40";
  static final String PORT = "7464";

  private static final int SECONDS = 60;

  private final Path folder;
  private final String namespace;
  private final Path script;

  Attacker(Path folder, String namespace) throws IOException {
    this.folder = folder;
    this.namespace = namespace;
    this.script = folder.resolve("attacker.py");
    try (InputStream in = Attacker.class.getResourceAsStream("attacker.py")) {
      Files.copy(Objects.requireNonNull(in), script);
    }
  }

  /** What it does now. */
  static final class Deed implements AutoCloseable {
    private final Process process;

    Deed(Process process) {
      this.process = process;
    }

    /** Tells it to end if it does not by itself, waits, and returns what was done. */
    JsonNode done() throws IOException, InterruptedException {
      process.getOutputStream().close();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException("the attacker failed: " + out);
      }
      return new ObjectMapper().readTree(out);
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  Deed begin(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("python3", script.toString()));
    command.addAll(List.of(arguments));
    return new Deed(
        new ProcessBuilder(Cable.inside(namespace, command)).redirectErrorStream(true).start());
  }

  /** Floods a host, or the group, from any source. */
  Deed flood(int perSecond, int seconds, Path payloads, String mac, String ip, String port)
      throws IOException {
    return begin(
        "flood",
        Hub.DEVICE,
        Integer.toString(perSecond),
        Integer.toString(seconds),
        payloads.toString(),
        mac,
        ip,
        port,
        "any");
  }

  /** Writes payloads to a file as the script wants them. */
  Path payloads(String name, List<byte[]> payloads) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      for (byte[] payload : payloads) {
        out.writeShort(payload.length);
        out.write(payload);
      }
      return Files.write(folder.resolve(name), bytes.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
