package io.limpet.rig.demo;

import io.limpet.rig.internal.cli.RigMain;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The demo as a command line. */
final class DemoRun {
  private DemoRun() {}

  /**
   * Returns the command.
   *
   * @param folder where its journals go
   */
  static List<String> command(Path folder, String... options) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-Djava.io.tmpdir=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                RigMain.class.getName(),
                "demo"));
    command.addAll(List.of(options));
    return command;
  }
}
