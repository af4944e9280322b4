package io.limpet.rig.internal.bench.link;

import java.util.ArrayList;
import java.util.List;

/** The first device's address is taken away and another is given to it. */
final class AddressReplaced extends Fault {
  AddressReplaced() {
    super("address", "local address replaced while a stream runs");
    flowsWithin(500);
  }

  @Override
  Strike strike(Ground ground) {
    List<String> commands = new ArrayList<>(ground.replacement());
    commands.add(ground.multicastRoute());
    return Strike.of(() -> Ground.ip(ground.first(), commands.toArray(new String[0])));
  }

  /** Nothing is lost in the air: what counts is what still arrives. */
  @Override
  long casualties(Ground ground) {
    return ground.there(0).multicastDelivered() + ground.there(0).unicastDelivered();
  }
}
