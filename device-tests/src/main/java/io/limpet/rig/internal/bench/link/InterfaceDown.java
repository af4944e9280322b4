package io.limpet.rig.internal.bench.link;

import io.limpet.rig.internal.bench.stand.Stand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The first device's interface is down for a while, and comes up with another address. */
final class InterfaceDown extends Fault {
  private static final Duration DOWN = Duration.ofSeconds(10);

  InterfaceDown() {
    super("interface-down", "interface down 10 s, then up with another address");
    flowsWithin(500);
  }

  /** What counts is the time from when it is up again. */
  @Override
  Strike strike(Ground ground) {
    String name = ground.first().interfaceName();
    Ground.ip(ground.first(), "link set dev " + name + " down");
    Stand.pause(DOWN);
    List<String> commands = new ArrayList<>();
    if (ground.family() == Family.IPV4) {
      commands.addAll(ground.replacement());
      commands.add("link set dev " + name + " up");
    } else {
      // Its IPv6 addresses went when it went down; only an interface that is up takes new ones.
      commands.add("link set dev " + name + " up");
      commands.add(ground.replacement().get(1));
    }
    commands.add(ground.multicastRoute());
    Strike up = Strike.of(() -> Ground.ip(ground.first(), commands.toArray(new String[0])));
    return new Strike(up.effectiveNs(), up.effectiveNs());
  }

  @Override
  long casualties(Ground ground) {
    return ground.there(0).multicastDelivered() + ground.there(0).unicastDelivered();
  }
}
