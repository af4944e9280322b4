package io.limpet.rig.internal.bench.presence;

import io.limpet.rig.internal.laptop.Laptop;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/** All that the residents' journals say of people. Safe for any thread. */
final class Sightings {
  static final String ONLINE = "peer.online";
  static final String SUSPECT = "peer.suspect";
  static final String OFFLINE = "peer.offline";
  static final String RESTARTED = "peer.restarted";

  private final List<Sighting> all = new ArrayList<>();
  private final Set<String> living = new HashSet<>();
  private int falseOffline;
  private int falseSuspect;

  /**
   * What one node says of another. A value.
   *
   * @param by whose journal it is
   * @param of the address of whom it is about
   */
  record Sighting(Laptop by, String event, String of, long epoch, long atNs) {}

  /** How often somebody who lives was shown as somebody who perhaps does not, so far. A value. */
  record False(int offline, int suspect) {
    False since(False earlier) {
      return new False(offline - earlier.offline, suspect - earlier.suspect);
    }
  }

  /** Takes all from now on that this one says. */
  void watch(Laptop resident) {
    resident.onJournal(entry -> take(resident, entry));
  }

  private synchronized void take(Laptop by, Laptop.Entry entry) {
    if (!entry.event().startsWith("peer.")) {
      return;
    }
    String of = entry.field("peer");
    long epoch = entry.json().path("peerEpoch").asLong();
    all.add(new Sighting(by, entry.event(), of, epoch, entry.atNs()));
    if (living.contains(of)) {
      falseOffline += entry.event().equals(OFFLINE) ? 1 : 0;
      falseSuspect += entry.event().equals(SUSPECT) ? 1 : 0;
    }
  }

  /** From now on whoever doubts that this one lives is wrong. */
  synchronized void lives(String address) {
    living.add(address);
  }

  /** From now on nobody is wrong who does. */
  synchronized void dies(String address) {
    living.remove(address);
  }

  synchronized False falseSoFar() {
    return new False(falseOffline, falseSuspect);
  }

  /** Returns when this node first said such a thing. */
  synchronized OptionalLong firstNs(Laptop by, Predicate<Sighting> such) {
    return all.stream()
        .filter(each -> each.by().equals(by) && such.test(each))
        .mapToLong(Sighting::atNs)
        .findFirst();
  }
}
