package io.limpet.node.internal.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The manual page of the command line, made from its model, in the macros of man(7). */
final class ManPage {
  private static final String[] STATUS = {
    "0", "Done.",
    "1", "It could not be done; the reason is one line on standard error.",
    "2", "It was asked wrongly, or the configuration is wrong."
  };

  private static final String[] ENVIRONMENT = {
    "LIMPET_HOME", "The home folder, where --home is not given.",
    "LIMPET_CONFIG", "The configuration file, where --config is not given.",
    "LIMPET_KEY",
        "Each option of limpet node, in upper case and with _ for -: LIMPET_PORT, for example.",
    "NO_COLOR", "No colours, on a terminal either."
  };

  private static final String[] FILES = {
    "~/.limpet", "The home folder: identity.pem, control.sock, known_peers, invitations.db.",
    "~/.limpet/config.toml", "The configuration; 'limpet config' shows what is in force.",
    "~/.limpet/journal/journal.jsonl", "What happened, as JSON lines."
  };

  private final StringBuilder page = new StringBuilder();

  private ManPage() {}

  /** Returns the page of a whole command line. */
  static String of(CommandLine root) {
    ManPage page = new ManPage();
    page.head(root.getCommandSpec());
    for (Map.Entry<String, List<CommandLine>> group : Commands.grouped(root).entrySet()) {
      page.macro("SH", group.getKey().toUpperCase(Locale.ROOT));
      for (CommandLine command : group.getValue()) {
        page.command(command, root.getCommandSpec());
      }
    }
    page.list("EXIT STATUS", STATUS);
    page.list("ENVIRONMENT", ENVIRONMENT);
    page.list("FILES", FILES);
    return page.page.toString();
  }

  private void head(CommandSpec root) {
    String name = root.name();
    String what = Commands.words(root.usageMessage().description());
    page.append(".TH ").append(name.toUpperCase(Locale.ROOT)).append(" 1 \"\" \"");
    page.append(escape(String.join(" ", root.version()))).append("\" \"User Commands\"\n");
    macro("SH", "NAME");
    page.append(escape(name)).append(" \\- ").append(escape(what)).append('\n');
    macro("SH", "SYNOPSIS");
    page.append("\\fB").append(escape(name)).append("\\fR [\\fIOPTION\\fR]... \\fICOMMAND\\fR");
    page.append(" [\\fIARGUMENT\\fR]...\n");
    macro("SH", "OPTIONS");
    line("These are taken by every command.");
    options(root.options());
  }

  private void command(CommandLine command, CommandSpec root) {
    CommandSpec spec = command.getCommandSpec();
    if (spec.usageMessage().hidden()) {
      return;
    }
    StringBuilder synopsis = new StringBuilder(spec.qualifiedName());
    List<OptionSpec> own = new ArrayList<>();
    for (OptionSpec option : spec.options()) {
      if (root.findOption(option.longestName()) == null && !option.hidden()) {
        own.add(option);
      }
    }
    if (!own.isEmpty()) {
      synopsis.append(" [OPTION]...");
    }
    if (!command.getSubcommands().isEmpty()) {
      synopsis.append(" COMMAND");
    }
    for (PositionalParamSpec parameter : spec.positionalParameters()) {
      if (!parameter.hidden()) {
        synopsis.append(' ').append(label(parameter));
      }
    }
    macro("SS", synopsis.toString());
    String[] header = spec.usageMessage().header();
    line(Commands.words(header.length > 0 ? header : spec.usageMessage().description()));
    for (PositionalParamSpec parameter : spec.positionalParameters()) {
      if (!parameter.hidden() && parameter.description().length > 0) {
        term(
            "\\fI" + escape(parameter.paramLabel()) + "\\fR",
            Commands.words(parameter.description()));
      }
    }
    options(own);
    for (CommandLine below : command.getSubcommands().values()) {
      command(below, root);
    }
  }

  private static String label(ArgSpec parameter) {
    String many = parameter.arity().max() > 1 ? "..." : "";
    return parameter.required()
        ? parameter.paramLabel() + many
        : "[" + parameter.paramLabel() + many + "]";
  }

  private void options(List<OptionSpec> options) {
    for (OptionSpec option : options) {
      if (option.hidden()) {
        continue;
      }
      StringBuilder names = new StringBuilder();
      for (String name : option.names()) {
        String written = option.negatable() ? name.replaceFirst("^--", "--[no-]") : name;
        names.append(names.length() > 0 ? ", " : "").append("\\fB").append(escape(written));
        names.append("\\fR");
      }
      if (option.arity().max() > 0) {
        names.append("=\\fI").append(escape(option.paramLabel())).append("\\fR");
      }
      term(names.toString(), Commands.words(option.description()));
    }
  }

  private void list(String heading, String[] termsAndTexts) {
    macro("SH", heading);
    for (int i = 0; i < termsAndTexts.length; i += 2) {
      term("\\fB" + escape(termsAndTexts[i]) + "\\fR", termsAndTexts[i + 1]);
    }
  }

  private void macro(String macro, String text) {
    page.append('.').append(macro).append(" \"").append(escape(text)).append("\"\n");
  }

  private void term(String term, String text) {
    page.append(".TP\n").append(term).append('\n');
    line(text);
  }

  private void line(String text) {
    page.append(escape(text)).append('\n');
  }

  /** Keeps roff from reading signs of its own in a text. */
  static String escape(String text) {
    String escaped =
        text.replace("\\", "\\e").replace("-", "\\-").replace("\"", "\\(dq").replace("'", "\\(aq");
    return escaped.startsWith(".") ? "\\&" + escaped : escaped;
  }
}
