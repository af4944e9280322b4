package io.limpet.node.internal.doctor;

import java.util.List;

/** Whether the Java that runs is new enough. */
final class JavaCheck implements Check {
  private static final int OLDEST = 17;

  @Override
  public List<Finding> examine(Facts facts) {
    int version = facts.javaVersion();
    return List.of(
        version >= OLDEST
            ? Finding.ok("java", "Java " + version)
            : Finding.problem(
                "java", "Java " + version + " is too old", "install Java 17 or newer"));
  }
}
