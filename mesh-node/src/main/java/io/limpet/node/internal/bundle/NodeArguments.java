package io.limpet.node.internal.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The options that a running node was started with, without secrets. */
public final class NodeArguments {
  /** A command of the site's own may have a password among its words. */
  private static final String SITE_HOOK = "--site-hook";

  private static final String LEFT_OUT = "(left out)";

  private NodeArguments() {}

  /** Returns them as the kernel knows them; nothing where this user may not see them. */
  public static Optional<ObjectNode> of(long pid) {
    try {
      String all = Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"), UTF_8);
      return of(List.of(all.split("\0", -1)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Returns those after the word {@code node}: before it is how Java was started. */
  static Optional<ObjectNode> of(List<String> commandLine) {
    int node = commandLine.indexOf("node");
    if (node < 0) {
      return Optional.empty();
    }
    ObjectNode answer = JsonMapper.builder().build().createObjectNode();
    ArrayNode arguments = answer.putArray("arguments");
    String before = "";
    for (String argument : commandLine.subList(node + 1, commandLine.size())) {
      if (before.equals(SITE_HOOK)) {
        arguments.add(LEFT_OUT);
      } else if (argument.startsWith(SITE_HOOK + "=")) {
        arguments.add(SITE_HOOK + "=" + LEFT_OUT);
      } else if (!argument.isEmpty()) {
        arguments.add(argument);
      }
      before = argument;
    }
    return Optional.of(answer);
  }
}
