package io.limpet.node.internal.cli;

import io.limpet.node.NodeException;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The root of the command line. */
@Command(
    name = "limpet",
    description = "A mesh network that goes on where unicast is dead.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    version = "limpet 0.1.0",
    synopsisSubcommandLabel = "COMMAND",
    usageHelpAutoWidth = true,
    subcommands = {
      NodeCommand.class,
      LinkdCommand.class,
      StatusCommand.class,
      PeersCommand.class,
      VerifyCommand.class,
      LinksCommand.class,
      ExplainCommand.class,
      DoctorCommand.class,
      ConnectionsCommand.class,
      SocketsCommand.class,
      ShareCommand.class,
      ActivitiesCommand.class,
      JoinCommand.class,
      LeaveCommand.class,
      RemoveCommand.class,
      InviteCommand.class,
      InvitationsCommand.class,
      AcceptCommand.class,
      DeclineCommand.class,
      WithdrawCommand.class,
      PolicyCommand.class,
      SayCommand.class,
      ListenCommand.class,
      ChatCommand.class,
      SendCommand.class,
      ReceiveCommand.class,
      ExposeCommand.class,
      ForwardCommand.class,
      SocksCommand.class,
      ForwardsCommand.class,
      PerfCommand.class,
      TraceCommand.class,
      StopCommand.class
    })
public final class Limpet {
  /** Done. */
  public static final int OK = 0;

  /** Could not be done; the reason is on standard error, one line. */
  public static final int FAILED = 1;

  /** Asked wrongly. */
  public static final int WRONG_USAGE = 2;

  @Option(
      names = "--home",
      scope = ScopeType.INHERIT,
      paramLabel = "DIR",
      description = "The node's home folder (default: $LIMPET_HOME, else ~/.limpet).")
  private Path home = defaultHome();

  private final List<ControlClient> clients = new CopyOnWriteArrayList<>();

  /** Returns what speaks to the node of the home folder. */
  ControlClient client() {
    ControlClient client = new ControlClient(home());
    clients.add(client);
    return client;
  }

  /** Hangs up on the node, whatever a command of this command line waits for. */
  void hangUp() {
    clients.forEach(ControlClient::close);
  }

  Path home() {
    return home.toAbsolutePath().normalize();
  }

  private static Path defaultHome() {
    Map<String, String> environment = System.getenv();
    String fromEnvironment = environment.get("LIMPET_HOME");
    return fromEnvironment != null && !fromEnvironment.isEmpty()
        ? Path.of(fromEnvironment)
        : Path.of(System.getProperty("user.home", "."), ".limpet");
  }

  /** Returns the command line, with further commands of somebody else's added to it. */
  public static CommandLine commandLine(Object... further) {
    CommandLine line = new CommandLine(new Limpet());
    for (Object command : further) {
      line.addSubcommand(command);
    }
    // What is registered reaches only those commands that are there already.
    line.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    line.registerConverter(java.time.Duration.class, Durations::parse);
    return line;
  }

  /** Runs a command line to its exit code, with one line for each failure. */
  public static int run(CommandLine line, String... args) {
    line.setParameterExceptionHandler(
        (e, given) -> {
          CommandLine at = e.getCommandLine();
          at.getErr().println("limpet: " + oneLine(e) + " (try '" + usage(at) + " --help')");
          return WRONG_USAGE;
        });
    line.setExecutionExceptionHandler(
        (e, at, parsed) -> {
          at.getErr().println("limpet: " + oneLine(e));
          if (!(e instanceof ControlException || e instanceof NodeException)) {
            e.printStackTrace(at.getErr());
          }
          return e instanceof ControlException control ? control.exitCode() : FAILED;
        });
    return line.execute(args);
  }

  private static String usage(CommandLine at) {
    return at.getCommandSpec().qualifiedName();
  }

  private static String oneLine(Exception e) {
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    return message.lines().findFirst().orElse(message);
  }
}
