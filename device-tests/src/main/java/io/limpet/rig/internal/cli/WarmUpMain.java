package io.limpet.rig.internal.cli;

import io.limpet.node.NodeException;
import java.io.IOException;
import java.nio.file.Path;

/** Loads what commands load whose command line has the rig's commands as well. */
public final class WarmUpMain {
  private WarmUpMain() {}

  /** Asks a node that is not there, in the folder that is given, which must not be deep. */
  public static void main(String[] args) throws NodeException, IOException {
    io.limpet.node.internal.cli.WarmUpMain.warmUp(Path.of(args[0]), RigMain.COMMANDS);
  }
}
