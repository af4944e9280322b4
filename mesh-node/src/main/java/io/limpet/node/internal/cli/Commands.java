package io.limpet.node.internal.cli;

import java.util.ArrayList;
import java.util.IllegalFormatException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * Which commands there are, in the groups and the order in which help shows them.
 *
 * <p>The class of a command {@code foo} is called {@code FooCommand}: so it is found by its name
 * without a look into the others, which would take longer than all the rest of a command.
 */
final class Commands {
  /** Commands that belong together. */
  record Group(String heading, List<Class<?>> commands) {}

  private static final String SUFFIX = "Command";

  private static final List<Group> GROUPS =
      List.of(
          new Group(
              "A node",
              List.of(
                  NodeCommand.class,
                  StatusCommand.class,
                  ConfigCommand.class,
                  PageCommand.class,
                  StopCommand.class)),
          new Group("Who is here", List.of(PeersCommand.class, VerifyCommand.class)),
          new Group(
              "Activities and invitations",
              List.of(
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
                  ChatCommand.class)),
          new Group(
              "Files and other programs",
              List.of(
                  SendCommand.class,
                  ReceiveCommand.class,
                  ExposeCommand.class,
                  ForwardCommand.class,
                  SocksCommand.class,
                  ForwardsCommand.class)),
          new Group(
              "When something is wrong",
              List.of(
                  DoctorCommand.class,
                  LinksCommand.class,
                  ExplainCommand.class,
                  ConnectionsCommand.class,
                  SocketsCommand.class,
                  TraceCommand.class,
                  BundleCommand.class,
                  ReportCommand.class,
                  LinkdCommand.class)),
          new Group("To measure", List.of(PerfCommand.class)),
          new Group(
              "About these commands",
              List.of(HelpCommand.class, ManCommand.class, CompletionCommand.class)));

  /** What these say is about all the others. */
  private static final Set<Class<?>> ABOUT_ALL =
      Set.of(HelpCommand.class, ManCommand.class, CompletionCommand.class);

  /** What reads the configuration of a node. */
  private static final Set<String> READERS = Set.of("node", "config");

  private Commands() {}

  /** Adds every command. */
  static void addAllTo(CommandLine line) {
    for (Group group : GROUPS) {
      // Without a lambda: those would keep picocli out of the archive that the build makes.
      for (Class<?> command : group.commands()) {
        line.addSubcommand(command);
      }
    }
  }

  /** Adds the one command of this name, if its class is called so; says whether it did. */
  static boolean addTo(CommandLine line, String name, List<Class<?>> further) {
    Class<?> command = find(name, further);
    if (command != null) {
      line.addSubcommand(command);
    }
    return command != null;
  }

  /** Takes from each command those options of the root that mean nothing to it. */
  static void trim(CommandLine root) {
    for (CommandLine command : root.getSubcommands().values()) {
      if (command.getCommandSpec().parentCommandElements().isEmpty()) {
        remove(command, "--home");
      }
      if (!READERS.contains(command.getCommandName())) {
        remove(command, "--config");
      }
    }
  }

  private static void remove(CommandLine from, String option) {
    OptionSpec inherited = from.getCommandSpec().findOption(option);
    if (inherited != null) {
      from.getCommandSpec().remove(inherited);
    }
    for (CommandLine below : from.getSubcommands().values()) {
      remove(below, option);
    }
  }

  private static @Nullable Class<?> find(String name, List<Class<?>> further) {
    if (name.isEmpty()) {
      return null;
    }
    String className = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1) + SUFFIX;
    List<Class<?>> all = new ArrayList<>(further);
    for (Group group : GROUPS) {
      all.addAll(group.commands());
    }
    for (Class<?> each : all) {
      if (each.getSimpleName().equals(className)) {
        Command command = each.getAnnotation(Command.class);
        return command != null && command.name().equals(name) && !ABOUT_ALL.contains(each)
            ? each
            : null;
      }
    }
    return null;
  }

  /**
   * Returns the commands of the root by the headings of their groups; those of others come last.
   */
  static Map<String, List<CommandLine>> grouped(CommandLine root) {
    Map<String, CommandLine> rest = new LinkedHashMap<>(root.getSubcommands());
    Map<String, List<CommandLine>> grouped = new LinkedHashMap<>();
    for (Group group : GROUPS) {
      for (Class<?> command : group.commands()) {
        CommandLine line = rest.remove(command.getAnnotation(Command.class).name());
        if (line != null) {
          grouped.computeIfAbsent(group.heading(), heading -> new ArrayList<>()).add(line);
        }
      }
    }
    if (!rest.isEmpty()) {
      grouped.put("To try it, and to compare", List.copyOf(rest.values()));
    }
    return grouped;
  }

  /** Returns a description as one line. To picocli each of its lines is a format, if it can be. */
  static String words(String[] description) {
    StringBuilder text = new StringBuilder();
    for (String line : description) {
      String shown;
      try {
        shown = String.format(Locale.ROOT, line);
      } catch (IllegalFormatException e) {
        shown = line;
      }
      text.append(shown).append(' ');
    }
    return text.toString().replaceAll("\\s+", " ").strip();
  }

  /** Shows the commands of the root by their groups. */
  static final class GroupedList implements IHelpSectionRenderer {
    @Override
    public String render(Help help) {
      CommandLine root = help.commandSpec().commandLine();
      Ansi ansi = help.colorScheme().ansi();
      int column =
          4 + root.getSubcommands().keySet().stream().mapToInt(String::length).max().orElse(0);
      StringBuilder text = new StringBuilder();
      for (Map.Entry<String, List<CommandLine>> group : grouped(root).entrySet()) {
        text.append(System.lineSeparator()).append(ansi.string("@|bold " + group.getKey() + "|@"));
        text.append(System.lineSeparator());
        for (CommandLine command : group.getValue()) {
          UsageMessageSpec usage = command.getCommandSpec().usageMessage();
          String[] lines = usage.header().length > 0 ? usage.header() : usage.description();
          String lead = "  " + command.getCommandName();
          String what = words(lines);
          text.append(Terminal.wrap(lead + " ".repeat(column - lead.length()), what, column));
          text.append(System.lineSeparator());
        }
      }
      return text.toString();
    }
  }
}
