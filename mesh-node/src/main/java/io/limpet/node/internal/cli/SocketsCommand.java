package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.link.KernelSocket;
import io.limpet.link.KernelSocket.State;
import io.limpet.link.KernelSockets;
import io.limpet.link.LinkConfig;
import io.limpet.link.LinkException;
import io.limpet.node.NodeException;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import io.limpet.node.internal.doctor.SocketOwners;
import io.limpet.node.internal.sockets.Patience;
import io.limpet.node.internal.sockets.Sightings;
import io.limpet.node.internal.sockets.SocketFilter;
import io.limpet.node.internal.sockets.SocketSurvey;
import io.limpet.node.internal.sockets.SocketsJson;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "sockets",
    description =
        "The TCP sockets of this machine's kernel and the mesh connections of its node, by state,"
            + " with what that means and whether it is normal. Needs no node.",
    footer = {
      "%nAGE is for how long a socket has been in its state: ≥ is at least, for the",
      "kernel does not tell since when; --watch counts from when it first saw it.",
      "Other users' programs are named to root only.",
      "%nWaits that end by themselves when all is well: CLOSE_WAIT, FIN_WAIT_2 that a",
      "program holds, data that is not read, a window that stays closed. After 5 s they",
      "are to be watched, after --patience they are a problem. Less than 5s shortens",
      "both, and what nobody answers is then a problem as soon.",
      "%nA socket is stranded when this machine no longer has its local address: nothing",
      "can reach it, and its program may not be told for many minutes. To destroy it",
      "tells the program at once. That needs CAP_NET_ADMIN, or a helper daemon (limpet",
      "linkd) that lets you."
    })
final class SocketsCommand implements Callable<Integer> {
  private static final Path COUNTERS = Path.of("/proc/net/netstat");
  private static final int MAX_COUNTER_BYTES = 64 << 10;
  private static final int MAX_PORT = 65_535;
  private static final Duration LEAST_PATIENCE = Duration.ofSeconds(1);
  private static final Duration MOST_PATIENCE = Duration.ofHours(24);

  @Spec private @Nullable CommandSpec spec;
  @ParentCommand private @Nullable Limpet parent;

  @Option(names = "--json", description = "Print the answer as JSON.")
  private boolean json;

  @Option(names = "--watch", description = "Draw it anew each second, until interrupted.")
  private boolean watch;

  @Option(names = "--problems", description = "Only what is not normal.")
  private boolean problems;

  @Option(
      names = "--state",
      paramLabel = "STATE",
      split = ",",
      converter = StatesConverter.class,
      description = "Only those in this state, such as CLOSE_WAIT; several with commas.")
  private Set<State> states = EnumSet.noneOf(State.class);

  @Option(names = "--port", paramLabel = "N", description = "Only those with this port.")
  private int port;

  @Option(
      names = "--program",
      paramLabel = "NAME|PID",
      description = "Only those of programs whose name begins so, or 'mesh' for the node's own.")
  private @Nullable String program;

  @Option(
      names = "--patience",
      paramLabel = "DURATION",
      description =
          "For how long a program may let a connection wait before that is a problem, 1s to 24h"
              + " (default 60s).")
  private Duration patience = Patience.DEFAULT.most();

  @Option(names = "--all", description = "Every one; else of each kind some, and how many more.")
  private boolean all;

  @Option(names = "--stranded", description = "Only those whose local address has vanished.")
  private boolean stranded;

  @Option(
      names = "--destroy",
      description = "Destroy the stranded ones, so that their programs get an error at once.")
  private boolean destroy;

  @Option(
      names = "--linkd",
      paramLabel = "PATH|off",
      converter = LinkdPathConverter.class,
      description = "Where the helper daemon listens that may do it.")
  private Optional<Path> linkd = Optional.of(LinkConfig.DEFAULT_LINKD);

  private final Sightings sightings = new Sightings();

  @Override
  public Integer call() throws NodeException, ControlException {
    if (spec == null) {
      throw new IllegalStateException("not run by the command line");
    }
    if (destroy && (!stranded || watch)) {
      throw new ParameterException(
          spec.commandLine(),
          watch
              ? "--watch and --destroy do not go together"
              : "only stranded sockets are destroyed: say --stranded --destroy");
    }
    if (port < 0 || port > MAX_PORT || (port == 0 && isGiven("--port"))) {
      throw new ParameterException(spec.commandLine(), "--port is 1 to " + MAX_PORT);
    }
    if (patience.compareTo(LEAST_PATIENCE) < 0 || patience.compareTo(MOST_PATIENCE) > 0) {
      throw new ParameterException(spec.commandLine(), "--patience is 1s to 24h");
    }
    PrintWriter out = spec.commandLine().getOut();
    if (watch) {
      Watch.draw(out, json, () -> text(survey()));
      return Limpet.OK;
    }
    SocketSurvey survey = survey();
    Map<KernelSocket, String> outcomes = new LinkedHashMap<>();
    if (destroy) {
      survey.ofKernel().forEach(socket -> outcomes.put(socket, destroy(socket)));
    }
    if (json) {
      out.println(SocketsJson.of(survey, outcomes, Instant.now()));
    } else {
      out.println(destroy ? fates(survey, outcomes) : text(survey));
    }
    return outcomes.values().stream().allMatch("destroyed"::equals) ? Limpet.OK : Limpet.FAILED;
  }

  private boolean isGiven(String option) {
    return spec != null && spec.commandLine().getParseResult().hasMatchedOption(option);
  }

  private SocketSurvey survey() throws NodeException {
    List<KernelSocket> sockets;
    try {
      sockets = KernelSockets.list();
    } catch (LinkException e) {
      throw new NodeException(String.valueOf(e.getMessage()), e);
    }
    sightings.see(System.nanoTime(), sockets);
    return SocketSurvey.of(
        sockets,
        SocketOwners.read(),
        sightings,
        connections(),
        counters(),
        Patience.of(patience),
        new SocketFilter(states, port, program, problems, stranded));
  }

  /** A machine without a node has sockets as well. */
  private Optional<JsonNode> connections() {
    if (parent == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(new ControlClient(parent.home()).call("connections", Map.of()));
    } catch (ControlException e) {
      return Optional.empty();
    }
  }

  private static String counters() {
    try (var in = Files.newInputStream(COUNTERS)) {
      return new String(in.readNBytes(MAX_COUNTER_BYTES), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      return "";
    }
  }

  /** In this process if it may, else by the daemon. */
  private String destroy(KernelSocket socket) {
    String own;
    try {
      KernelSockets.destroy(socket);
      return "destroyed";
    } catch (LinkException e) {
      own = String.valueOf(e.getMessage());
    }
    if (linkd.isEmpty() || !Files.exists(linkd.get()) || !own.contains("CAP_NET_ADMIN")) {
      return own;
    }
    try {
      KernelSockets.destroy(socket, linkd.get());
      return "destroyed";
    } catch (LinkException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private String text(SocketSurvey survey) {
    return survey.sockets().isEmpty() ? none() : SocketsText.of(survey, all);
  }

  private String none() {
    if (stranded) {
      return "no stranded sockets";
    }
    return problems ? "no sockets that are not as they should be" : "no sockets";
  }

  private String fates(SocketSurvey survey, Map<KernelSocket, String> outcomes) {
    return outcomes.isEmpty() ? none() : SocketsText.outcomes(survey, outcomes);
  }
}
