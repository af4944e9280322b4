package io.limpet.node.internal.cli;

/** Runs the command line of the node alone, without the rig. */
public final class LimpetMain {
  private LimpetMain() {}

  /** Runs, and exits with the command's code. */
  public static void main(String[] args) {
    System.exit(Limpet.run(args));
  }
}
