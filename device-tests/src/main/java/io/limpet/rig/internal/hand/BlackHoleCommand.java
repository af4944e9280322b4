package io.limpet.rig.internal.hand;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code limpet rig black-hole}. */
@Command(
    name = "black-hole",
    description = "Let all unicast between two laptops vanish, as if by a bad radio.",
    footer = "%nMulticast, broadcast and ARP still pass: they go on seeing each other.")
final class BlackHoleCommand extends AskingCommand {
  @Parameters(index = "0", paramLabel = "ONE", description = "A laptop.")
  private String one = "";

  @Parameters(index = "1", paramLabel = "OTHER", description = "Another.")
  private String other = "";

  @Override
  Map<String, Object> args() {
    return Map.of("one", one, "other", other);
  }

  @Override
  String done() {
    return "unicast between " + one + " and " + other + " is dead";
  }
}
