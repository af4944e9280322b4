package io.limpet.rig.internal.cli;

import io.limpet.node.internal.cli.Limpet;
import io.limpet.rig.internal.bench.BenchCommand;
import io.limpet.rig.internal.demo.DemoCommand;
import picocli.CommandLine;

/** Runs the whole command line: the node's commands, and those of the rig. */
public final class RigMain {
  private RigMain() {}

  /** Runs, and exits with the command's code. */
  public static void main(String[] args) {
    CommandLine line = Limpet.commandLine(new DemoCommand(), new BenchCommand());
    System.exit(Limpet.run(line, args));
  }
}
