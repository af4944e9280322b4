package io.limpet.node.internal.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Limits of the system that a busy node would meet. */
final class LimitsCheck implements Check {
  private static final String NAME = "limits";
  private static final Pattern OPEN_FILES =
      Pattern.compile("(?m)^Max open files\\s+([0-9]{1,18}|unlimited)\\s");

  /** A burst of a fast radio must fit while the node is kept from the processor. */
  private static final long ENOUGH_BUFFER_BYTES = 200_000;

  private static final long ENOUGH_FILES = 256;

  @Override
  public List<Finding> examine(Facts facts) {
    List<Finding> findings = new ArrayList<>();
    String most = facts.read("/proc/sys/net/core/rmem_max").map(String::strip).orElse("");
    if (most.matches("[0-9]{1,18}")) {
      long bytes = Long.parseLong(most);
      findings.add(
          bytes >= ENOUGH_BUFFER_BYTES
              ? Finding.ok(NAME, "sockets may buffer " + bytes / 1_000 + " kB")
              : Finding.warning(
                  NAME,
                  "sockets may buffer " + bytes / 1_000 + " kB only: bursts are lost",
                  "sysctl -w net.core.rmem_max=4194304"));
    }
    Matcher files = OPEN_FILES.matcher(facts.read("/proc/self/limits").orElse(""));
    if (files.find() && !files.group(1).equals("unlimited")) {
      long limit = Long.parseLong(files.group(1));
      findings.add(
          limit >= ENOUGH_FILES
              ? Finding.ok(NAME, limit + " files may be open at a time")
              : Finding.problem(
                  NAME,
                  "only " + limit + " files may be open at a time: a node may fail to start",
                  "ulimit -n 1024"));
    }
    return findings;
  }
}
