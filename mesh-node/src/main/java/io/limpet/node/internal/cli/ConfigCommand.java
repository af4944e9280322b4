package io.limpet.node.internal.cli;

import io.limpet.node.internal.control.ControlException;
import io.limpet.node.internal.control.ControlJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

@Command(
    name = "config",
    description = {
      "What a node started now would be set to, and by whom: an option, the",
      "environment, the configuration file, or nobody. Needs no node."
    },
    footer = "%nOptions of 'limpet node' may be added, to see what they would do.")
final class ConfigCommand implements Callable<Integer> {
  @ParentCommand private @Nullable Limpet limpet;
  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--json", description = "Print the answer as JSON.")
  private boolean json;

  @Unmatched private List<String> nodeOptions = new ArrayList<>();

  @Override
  public Integer call() throws ControlException, IOException {
    if (limpet == null || spec == null) {
      throw new IllegalStateException("not run by the command line");
    }
    CommandLine node = Settings.node();
    Settings settings;
    try {
      settings = limpet.settings(node.parseArgs(nodeOptions.toArray(String[]::new)));
    } catch (ParameterException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
    var out = spec.commandLine().getOut();
    if (json) {
      out.println(
          ControlJson.MAPPER.writeValueAsString(
              settings.all().stream().map(ConfigCommand::view).toList()));
      return Limpet.OK;
    }
    TextTable table = new TextTable("key", "value", "from");
    for (Settings.Setting setting : settings.all()) {
      table.row(
          setting.key(),
          setting.value().isEmpty() ? "-" : setting.value(),
          setting.from().isEmpty() ? setting.origin() : inShort(setting.from(), limpet.config()));
    }
    out.println(table.fit("value", "from"));
    out.println();
    out.println(
        "file  " + limpet.config() + (Files.exists(limpet.config()) ? "" : " (there is none)"));
    return Limpet.OK;
  }

  private static String inShort(String from, Path file) {
    return from.startsWith(file + " ")
        ? file.getFileName() + from.substring(file.toString().length())
        : from;
  }

  private static Map<String, Object> view(Settings.Setting setting) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("key", setting.key());
    view.put("value", setting.value());
    view.put("origin", setting.origin());
    view.put("from", setting.from());
    view.put("default", Settings.defaultOf(setting.option()));
    view.put("option", setting.option().longestName());
    view.put("variable", setting.variable());
    return view;
  }
}
