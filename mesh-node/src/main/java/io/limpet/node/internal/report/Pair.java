package io.limpet.node.internal.report;

import java.time.Instant;
import java.util.List;

/**
 * Two people, and what the journals of either tell of the other. A value.
 *
 * @param addresses of the two
 * @param entries what concerns both, in order of time
 * @param observers the laptops of the two whose journals are there
 * @param owners the name of each laptop, by its number
 * @param until the time of the last event of each laptop's journal
 */
record Pair(
    List<String> addresses,
    String nameA,
    String nameB,
    List<Entry> entries,
    List<Integer> observers,
    List<String> owners,
    List<Instant> until) {
  /** Says who tells something. */
  String observer(Entry entry) {
    return owners.get(entry.laptop());
  }

  /** Says which way a laptop's own path goes. */
  String arrow(int laptop) {
    String self = owners.get(laptop);
    return self + " → " + (self.equals(nameA) ? nameB : nameA);
  }
}
