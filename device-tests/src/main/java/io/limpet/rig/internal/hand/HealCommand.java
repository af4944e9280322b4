package io.limpet.rig.internal.hand;

import picocli.CommandLine.Command;

/** {@code limpet rig heal}. */
@Command(name = "heal", description = "Take back every black hole.")
final class HealCommand extends AskingCommand {
  @Override
  String done() {
    return "unicast passes again";
  }
}
