package io.limpet.node.internal.cli;

import io.limpet.node.NodeException;
import io.limpet.node.internal.control.ControlCommands;
import io.limpet.node.internal.control.ControlServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Loads what the commands to a running node load, and no more, so that the build can put just that
 * into an archive from which they start fast.
 */
public final class WarmUpMain {
  /** What is asked, and what a node of nobody's would answer. */
  private static final List<List<String>> QUESTIONS =
      List.of(
          List.of("status"),
          List.of("status", "--json"),
          List.of("peers"),
          List.of("links"),
          List.of("connections"),
          List.of("activities"),
          List.of("invitations"),
          List.of("sockets"),
          List.of("sockets", "--json"),
          List.of("--help"),
          List.of("invite", "--help"),
          List.of("nonsense"));

  private WarmUpMain() {}

  /** Asks a node that is not there, in the folder that is given, which must not be deep. */
  public static void main(String[] args) throws NodeException, IOException {
    warmUp(Path.of(args[0]));
  }

  /**
   * Does the same for a command line with further commands.
   *
   * @param folder where a home folder for the time of it is made; its path must not be long
   */
  public static void warmUp(Path folder, Class<?>... further) throws NodeException, IOException {
    Path home = Files.createTempDirectory(folder, "warm-up");
    ControlCommands commands = new ControlCommands();
    for (String list :
        List.of("peers", "links", "verdicts", "connections", "activities", "invitations")) {
      commands.add(list, (given, reply) -> reply.result(List.of(Map.of("name", "oak"))));
    }
    Map<String, ?> radio = Map.of("name", "wlan0", "up", true, "addresses", List.of("10.0.0.1"));
    commands.add(
        "status",
        (given, reply) ->
            reply.result(Map.of("name", "oak", "upMs", 1, "interfaces", List.of(radio))));
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    PrintStream out = System.out;
    PrintStream err = System.err;
    System.setOut(nowhere);
    System.setErr(nowhere);
    ControlServer server = ControlServer.start(home, commands);
    try {
      for (List<String> question : QUESTIONS) {
        List<String> line = new ArrayList<>(List.of("--home", home.toString()));
        line.addAll(question);
        Limpet.run(line.toArray(String[]::new), further);
      }
    } finally {
      server.close();
      System.setOut(out);
      System.setErr(err);
      Files.delete(home);
    }
  }
}
