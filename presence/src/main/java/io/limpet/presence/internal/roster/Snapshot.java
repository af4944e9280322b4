package io.limpet.presence.internal.roster;

import io.limpet.link.MeshAddress;
import io.limpet.presence.Person;
import io.limpet.presence.internal.announce.Text;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The roster at one moment. A value; safe for any thread.
 *
 * @param people sorted by name and then address
 * @param byAddress the same people
 */
public record Snapshot(List<Person> people, Map<MeshAddress, Person> byAddress) {
  /** Nobody. */
  public static final Snapshot EMPTY = new Snapshot(List.of(), Map.of());

  private static final Comparator<Person> ORDER =
      Comparator.comparing((Person person) -> Text.fold(person.name()))
          .thenComparing(Person::name)
          .thenComparing(Person::address);

  static Snapshot of(Collection<Person> people) {
    return new Snapshot(
        people.stream().sorted(ORDER).toList(),
        people.stream()
            .collect(Collectors.toUnmodifiableMap(Person::address, Function.identity())));
  }
}
