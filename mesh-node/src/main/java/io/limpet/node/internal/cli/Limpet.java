package io.limpet.node.internal.cli;

import io.limpet.node.MeshNode;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The root of the command line. */
@Command(
    name = "limpet",
    description = "A mesh network that goes on where unicast is dead.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    version = "limpet " + MeshNode.VERSION,
    synopsisSubcommandLabel = "COMMAND",
    usageHelpAutoWidth = true)
public final class Limpet implements Callable<Integer> {
  /** What somebody needs to know who has typed the name alone. */
  private static final String FIRST_STEPS =
      """
      limpet: which command? To begin with:

        limpet node --background            start a node here, called as you are
        limpet peers                        who is in reach, and how
        limpet share chat:lunch             begin a chat
        limpet invite elm --activity lunch  invite somebody into it
        limpet invitations                  see who invites you; then: accept
        limpet say lunch "at noon?"         talk; 'limpet listen lunch' hears
        limpet doctor                       what is wrong on this machine

      'limpet help' lists all commands, 'limpet help COMMAND' explains one.""";

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

  @Spec private @Nullable CommandSpec spec;

  private final List<ControlClient> clients = new CopyOnWriteArrayList<>();

  /** No command was given. */
  @Override
  public Integer call() {
    if (spec == null) {
      throw new IllegalStateException("not run by the command line");
    }
    spec.commandLine().getErr().println(FIRST_STEPS);
    return WRONG_USAGE;
  }

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

  @Option(
      names = "--config",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      description =
          "The configuration of a node (default: $LIMPET_CONFIG, else config.toml in the home"
              + " folder).")
  private @Nullable Path config;

  /** Returns where the configuration of a node is, or would be. */
  Path config() {
    return namedConfig().orElseGet(() -> home().resolve(Settings.FILE));
  }

  private Optional<Path> namedConfig() {
    String fromEnvironment = System.getenv("LIMPET_CONFIG");
    return config != null || fromEnvironment == null || fromEnvironment.isEmpty()
        ? Optional.ofNullable(config)
        : Optional.of(Path.of(fromEnvironment));
  }

  /** Returns what a node with this command line is set to. */
  Settings settings(ParseResult node) throws ControlException {
    return Settings.read(node, System.getenv(), config(), namedConfig().isPresent());
  }

  /** Returns the home folder that was named, or the default. */
  public Path home() {
    return home.toAbsolutePath().normalize();
  }

  private static Path defaultHome() {
    Map<String, String> environment = System.getenv();
    String fromEnvironment = environment.get("LIMPET_HOME");
    return fromEnvironment != null && !fromEnvironment.isEmpty()
        ? Path.of(fromEnvironment)
        : Path.of(System.getProperty("user.home", "."), ".limpet");
  }

  /** Returns the whole command line, with further commands of somebody else's added to it. */
  public static CommandLine commandLine(Object... further) {
    CommandLine line = new CommandLine(new Limpet());
    Commands.addAllTo(line);
    for (Object command : further) {
      line.addSubcommand(command);
    }
    return settle(line);
  }

  /**
   * Returns as much of the command line as these arguments need: with one command where they name
   * one, for a model of all commands takes longer than asking a node.
   */
  static CommandLine commandLineFor(String[] args, Class<?>... further) {
    CommandLine line = new CommandLine(new Limpet());
    for (int i = 0; i < args.length; i++) {
      String arg = args[i];
      if (!arg.startsWith("-")) {
        return Commands.addTo(line, arg, List.of(further))
            ? settle(line)
            : commandLine((Object[]) further);
      }
      int equals = arg.indexOf('=');
      OptionSpec option =
          line.getCommandSpec().findOption(equals < 0 ? arg : arg.substring(0, equals));
      if (option == null || option.arity().max() == 0) {
        break;
      }
      i += equals < 0 ? 1 : 0;
    }
    return commandLine((Object[]) further);
  }

  private static CommandLine settle(CommandLine line) {
    Commands.trim(line);
    // What is registered reaches only those commands that are there already.
    line.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    line.registerConverter(java.time.Duration.class, new Durations());
    line.setColorScheme(
        CommandLine.Help.defaultColorScheme(
            Terminal.hasColours() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
    line.getCommandSpec().usageMessage().commandListHeading("");
    line.getHelpSectionMap()
        .put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, new Commands.GroupedList());
    return line;
  }

  /** Runs what the arguments ask for to its exit code. */
  public static int run(String[] args, Class<?>... further) {
    return run(commandLineFor(args, further), args);
  }

  /** Runs a command line to its exit code, with one line for each failure. */
  public static int run(CommandLine line, String... args) {
    Failures failures = new Failures();
    return line.setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures)
        .execute(args);
  }
}
