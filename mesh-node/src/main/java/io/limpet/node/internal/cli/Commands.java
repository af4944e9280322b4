package io.limpet.node.internal.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IHelpSectionRenderer;
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
                  NodeCommand.class, StatusCommand.class, ConfigCommand.class, StopCommand.class)),
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
          new Group("About these commands", List.of(HelpCommand.class)));

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
        return command != null && command.name().equals(name) && !command.helpCommand()
            ? each
            : null;
      }
    }
    return null;
  }

  /** Shows the commands of the root by their groups; what was added by others comes last. */
  static final class GroupedList implements IHelpSectionRenderer {
    @Override
    public String render(Help help) {
      List<String> rest = new ArrayList<>(help.subcommands().keySet());
      StringBuilder text = new StringBuilder();
      for (Group group : GROUPS) {
        List<String> names = new ArrayList<>();
        for (Class<?> command : group.commands()) {
          String name = command.getAnnotation(Command.class).name();
          if (rest.remove(name)) {
            names.add(name);
          }
        }
        section(text, group.heading(), names, help);
      }
      section(text, "To try it, and to compare", rest, help);
      return text.toString();
    }

    private static void section(StringBuilder text, String heading, List<String> names, Help help) {
      if (names.isEmpty()) {
        return;
      }
      Ansi ansi = help.colorScheme().ansi();
      int column =
          2 + 2 + help.subcommands().keySet().stream().mapToInt(String::length).max().orElse(0);
      text.append(System.lineSeparator()).append(ansi.string("@|bold " + heading + "|@"));
      text.append(System.lineSeparator());
      for (String name : names) {
        String lead = "  " + name;
        UsageMessageSpec usage = help.subcommands().get(name).commandSpec().usageMessage();
        String[] words = usage.header().length > 0 ? usage.header() : usage.description();
        String what = String.format(Locale.ROOT, String.join(" ", words));
        text.append(Terminal.wrap(lead + " ".repeat(column - lead.length()), what, column))
            .append(System.lineSeparator());
      }
    }
  }
}
