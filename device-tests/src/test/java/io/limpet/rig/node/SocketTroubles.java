package io.limpet.rig.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Two machines and a program on each that have every trouble that TCP sockets can have, over IPv4
 * and IPv6. The troubles are those of {@code here}.
 */
final class SocketTroubles implements AutoCloseable {
  static final List<String> FAMILIES = List.of("inet", "inet6");
  private static final String NOBODYS_MAC = "02:00:00:00:00:99";

  private final Cable cable;
  private final long startedNs;
  private final List<Program> programs = new ArrayList<>();
  private final Program here;
  private final Program there;

  /** {@code troubles.py} on one side, and its answers. */
  private static final class Program {
    private final Process process;
    private final BufferedReader answers;

    Program(String side) throws IOException {
      String script;
      try (InputStream in = SocketTroubles.class.getResourceAsStream("troubles.py")) {
        script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
      process =
          new ProcessBuilder(Cable.inside(side, List.of("python3", "-c", script)))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      answers = process.inputReader(StandardCharsets.UTF_8);
      assertThat(answers.readLine()).isEqualTo("ready");
    }

    void does(String... words) throws IOException {
      OutputStream to = process.getOutputStream();
      to.write((String.join(" ", words) + "\n").getBytes(StandardCharsets.UTF_8));
      to.flush();
      assertThat(answers.readLine()).as(String.join(" ", words)).isEqualTo("done");
    }
  }

  SocketTroubles() throws IOException, InterruptedException {
    cable = new Cable();
    try {
      for (String family : FAMILIES) {
        add(cable.left, family, 3);
        add(cable.right, family, 4);
        add(cable.right, family, 9);
      }
      add(cable.left, "inet6", 1);
      add(cable.right, "inet6", 2);
      startedNs = System.nanoTime();
      here = program(cable.left);
      there = program(cable.right);
      for (String family : FAMILIES) {
        whileAllIsWell(family);
        deafen(family);
        whatIsNotHeardOf(family);
      }
    } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
      close();
      throw e;
    }
  }

  private Program program(String side) throws IOException {
    Program program = new Program(side);
    programs.add(program);
    return program;
  }

  private static String address(String family, int host) {
    return family.equals("inet") ? "10.88.0." + host : "fd88::" + host;
  }

  private static String network(String family, int host) {
    return address(family, host) + (family.equals("inet") ? "/24" : "/64");
  }

  /** The beginning of an end of a connection as the JSON has it. */
  static String start(String family, int host) {
    return family.equals("inet") ? "10.88.0." + host + ":" : "[fd88:0:0:0:0:0:0:" + host + "]:";
  }

  private static void add(String side, String family, int host)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of("ip", "-n", side, "addr", "add", network(family, host), "dev", "v0"));
    if (family.equals("inet6")) {
      command.add("nodad");
    }
    Cable.run(command);
  }

  private void connect(String family, String name, String from, String to) throws IOException {
    here.does("connect", family, name, from, to, "5000");
    there.does("accept", family, name, "5000");
  }

  /** What either side does of itself. */
  private void whileAllIsWell(String family) throws IOException {
    there.does("listen", family, "5000", "16");
    here.does("listen", family, "6000", "16");
    here.does("listen", family, "6001", "1");
    here.does("listen", family, "6002", "3");
    here.does("listen", family, "6003", "16", "gone");
    for (String name :
        List.of("closeWait", "finWait2", "orphan", "timeWait", "window", "blocked", "unread")) {
      connect(family, name, "here", "there");
    }
    connect(family, "stranded", "gone", "there");
    for (String name : List.of("retry", "finWait1", "orphanFinWait1", "closing", "lastAck")) {
      connect(family, name, "here", "deaf");
    }
    there.does("finish", family, "closeWait");
    here.does("finish", family, "finWait2");
    here.does("close", family, "orphan");
    here.does("close", family, "timeWait");
    there.does("end", family, "timeWait");
    here.does("fill", family, "window");
    here.does("fill", family, "blocked");
    here.does("close", family, "blocked");
    there.does("write", family, "unread", "7");
    there.does("finish", family, "lastAck");
    there.does("connect", family, "filling", "there", "here", "6002");
    there.does("connect", family, "givenUp", "there", "here", "6002");
    there.does("close", family, "givenUp");
  }

  /** From then on nothing that this side sends to two addresses arrives. */
  private void deafen(String family) throws IOException, InterruptedException {
    for (int host : new int[] {4, 9}) {
      Cable.run(
          "ip",
          "-n",
          cable.left,
          "neigh",
          "replace",
          address(family, host),
          "lladdr",
          NOBODYS_MAC,
          "dev",
          "v0",
          "nud",
          "permanent");
    }
  }

  private void whatIsNotHeardOf(String family) throws IOException, InterruptedException {
    here.does("write", family, "retry", "100");
    here.does("finish", family, "finWait1");
    here.does("close", family, "orphanFinWait1");
    // Its FIN is lost, the other's comes without a word of it.
    here.does("close", family, "closing");
    there.does("finish", family, "closing");
    here.does("end", family, "lastAck");
    here.does("begin", family, "asking", "here", "deaf", "5000", "1");
    there.does("begin", family, "halfOpen", "mute", "here", "6000", "9");
    there.does("begin", family, "oneHalfOpen", "mute", "here", "6002", "1");
    there.does("begin", family, "queued", "there", "here", "6001", "4");
    Cable.run("ip", "-n", cable.left, "addr", "del", network(family, 3), "dev", "v0");
  }

  /** A command on the side that has the troubles. */
  List<String> inside(List<String> command) {
    return Cable.inside(cable.left, command);
  }

  /** The process that has the troubles. */
  long pid() {
    return here.process.pid();
  }

  /** No trouble is older. */
  long ageMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNs);
  }

  @Override
  public void close() throws IOException {
    programs.forEach(program -> program.process.destroyForcibly().onExit().join());
    cable.close();
  }
}
