package io.limpet.node.internal.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether a radio sleeps: it misses multicast then. */
final class RadioCheck implements Check {
  private static final String NAME = "radio";

  @Override
  public List<Finding> examine(Facts facts) {
    List<Finding> findings = new ArrayList<>();
    for (Facts.Interface i : facts.interfaces()) {
      if (i.up() && facts.read("/sys/class/net/" + i.name() + "/phy80211/index").isPresent()) {
        findings.add(examine(facts, i.name()));
      }
    }
    return findings;
  }

  private static Finding examine(Facts facts, String name) {
    Optional<String> powerSave = facts.run("iw", "dev", name, "get", "power_save");
    if (powerSave.isEmpty()) {
      return Finding.ok(NAME, name + " is wireless; 'iw' would tell whether it saves power");
    }
    return powerSave.get().contains("Power save: on")
        ? Finding.warning(
            NAME,
            name + " saves power: it may miss multicast, and answers late",
            "iw dev " + name + " set power_save off")
        : Finding.ok(NAME, name + " is wireless and saves no power");
  }
}
