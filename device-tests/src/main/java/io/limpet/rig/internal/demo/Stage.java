package io.limpet.rig.internal.demo;

import io.limpet.rig.LinkSettings;
import io.limpet.rig.Rig;
import io.limpet.rig.internal.laptop.Laptop;
import io.limpet.rig.internal.laptop.LaptopException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What all acts play on. */
record Stage(Rig rig, Story story, Control control, List<Laptop> laptops) {
  Laptop oak() {
    return laptops.get(0);
  }

  Laptop elm() {
    return laptops.get(1);
  }

  Laptop ash() {
    return laptops.get(2);
  }

  /** The radio of the demo: 50 Mbit/s, 5 ms one way. */
  static LinkSettings radio() {
    return LinkSettings.plain().withRate(50_000_000).withDelay(Duration.ofMillis(5));
  }

  Set<String> connections() throws LaptopException {
    TreeSet<String> all = new TreeSet<>();
    for (Laptop one : laptops) {
      for (Laptop other : laptops) {
        if (one != other) {
          for (String ports : one.connectionsWith(other)) {
            all.add(one.name() + " " + other.name() + " " + ports);
          }
        }
      }
    }
    return all;
  }
}
