package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import io.limpet.node.internal.control.JsonTrees;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** A command that a running node carries out. */
abstract class ClientCommand implements Callable<Integer> {
  @ParentCommand private @Nullable Object parent;
  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--json", description = "Print the answer as JSON.")
  private boolean json;

  @Override
  public Integer call() throws ControlException {
    JsonNode result;
    ProgressLine shown = progress();
    try {
      result = ask(client());
    } finally {
      if (shown != null) {
        shown.close();
      }
    }
    if (json) {
      out().println(JsonTrees.write(result));
    } else {
      out().println(text(result));
    }
    return exitCode(result);
  }

  /** Asks the node. */
  abstract JsonNode ask(ControlClient client) throws ControlException;

  /** Says the answer to a person. */
  abstract String text(JsonNode result) throws ControlException;

  /** Returns what shows how far this is, or null for what is soon over. */
  @Nullable ProgressLine progress() {
    return null;
  }

  /** Shows the time that passes, and how much of it there is; 0 ms where nobody knows. */
  final ProgressLine timed(String what, long expectedMs) {
    return ProgressLine.timed(here().commandLine().getErr(), what, expectedMs);
  }

  int exitCode(JsonNode result) {
    return Limpet.OK;
  }

  boolean isJson() {
    return json;
  }

  ControlClient client() {
    Object above = parent;
    if (above instanceof PerfCommand perf) {
      above = perf.parent();
    }
    if (!(above instanceof Limpet limpet)) {
      throw new IllegalStateException("not below the root command");
    }
    return limpet.client();
  }

  PrintWriter out() {
    return here().commandLine().getOut();
  }

  private CommandSpec here() {
    if (spec == null) {
      throw new IllegalStateException("not run by the command line");
    }
    return spec;
  }

  static Map<String, Object> none() {
    return Map.of();
  }

  static String field(JsonNode node, String name) {
    JsonNode value = node.path(name);
    return value.isNull() || value.isMissingNode() ? "-" : value.asText();
  }

  /** The end of an identifier: enough to name it in a command. */
  static String shortId(String id) {
    return id.length() > 12 ? id.substring(id.length() - 12) : id;
  }
}
