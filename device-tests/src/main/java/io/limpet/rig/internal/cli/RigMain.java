package io.limpet.rig.internal.cli;

import io.limpet.node.internal.cli.Limpet;
import io.limpet.rig.internal.bench.BenchCommand;
import io.limpet.rig.internal.demo.DemoCommand;
import io.limpet.rig.internal.hand.RigCommand;

/** Runs the whole command line: the node's commands, and those of the rig. */
public final class RigMain {
  /** What the rig adds to the node's commands. */
  static final Class<?>[] COMMANDS = {DemoCommand.class, RigCommand.class, BenchCommand.class};

  private RigMain() {}

  /** Runs, and exits with the command's code. */
  public static void main(String[] args) {
    System.exit(Limpet.run(args, COMMANDS));
  }
}
