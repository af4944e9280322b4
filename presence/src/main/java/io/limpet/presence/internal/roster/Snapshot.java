package io.limpet.presence.internal.roster;

import io.limpet.link.MeshAddress;
import io.limpet.presence.Person;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The roster at one moment. A value; safe for any thread.
 *
 * @param people sorted by name and then address
 * @param byAddress the same people
 */
public record Snapshot(List<Person> people, Map<MeshAddress, Person> byAddress) {
  /** Nobody. */
  public static final Snapshot EMPTY = new Snapshot(List.of(), Map.of());

  private static final Comparator<Named> ORDER =
      Comparator.comparing(Named::foldedName)
          .thenComparing(named -> named.person().name())
          .thenComparing(named -> named.person().address());

  /** A person, and the name folded once: a flood of newcomers makes one snapshot for each. */
  private record Named(String foldedName, Person person) {}

  static Snapshot of(Collection<Peer> peers) {
    List<Named> named = new ArrayList<>(peers.size());
    Map<MeshAddress, Person> byAddress = new HashMap<>();
    for (Peer peer : peers) {
      Person person = peer.person();
      if (person != null) {
        named.add(new Named(peer.foldedName(), person));
        byAddress.put(person.address(), person);
      }
    }
    named.sort(ORDER);
    return new Snapshot(
        named.stream().map(Named::person).toList(), Collections.unmodifiableMap(byAddress));
  }
}
