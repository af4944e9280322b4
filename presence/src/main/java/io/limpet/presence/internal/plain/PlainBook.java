package io.limpet.presence.internal.plain;

import io.limpet.link.MeshAddress;
import io.limpet.presence.PlainEvent;
import io.limpet.presence.PlainPerson;
import io.limpet.presence.UnknownPersonException;
import io.limpet.presence.internal.announce.PlainRecord;
import io.limpet.presence.internal.announce.Text;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who of the people without Limpet is here: the records of {@code _presence._tcp} put together by
 * name, without ourselves and without those whom the roster has.
 *
 * <p>That somebody is in the roster is their own claim, which can do no more than hide their own
 * record.
 *
 * <p>Sans-IO; confined to one thread but for the static methods.
 */
public final class PlainBook {
  /** Most people. */
  public static final int MAX_PEOPLE = 256;

  /** Most places of one person. */
  public static final int MAX_PLACES = 8;

  /** Most records: a person has one on each network and in each family. */
  private static final int MAX_RECORDS = 4 * MAX_PEOPLE;

  private static final int MAX_QUERY_CHARS = 256;
  private static final int SHOWN = 5;

  private final MeshAddress self;
  private final Predicate<MeshAddress> isHere;
  private final Map<String, Entry> entries = new LinkedHashMap<>(); // The first come stay.
  private final Deque<PlainEvent> events = new ArrayDeque<>();
  private Map<String, Contact> contacts = Map.of();
  private long sequence;
  private long dropped;

  /** A record, and how late it came: the newest word of a person's records counts. */
  private record Entry(PlainRecord record, long sequence) {}

  /**
   * A book without entries.
   *
   * @param isHere says whether the roster has somebody who is not gone
   */
  public PlainBook(MeshAddress self, Predicate<MeshAddress> isHere) {
    this.self = self;
    this.isHere = isHere;
  }

  /** A record appeared, or changed. */
  public void onSeen(String key, PlainRecord record) {
    if (entries.size() >= MAX_RECORDS && !entries.containsKey(key)) {
      dropped++;
      return;
    }
    entries.put(key, new Entry(record, sequence++));
    refresh();
  }

  /** A record is gone. */
  public void onLost(String key) {
    if (entries.remove(key) != null) {
      refresh();
    }
  }

  /** Looks again who is here: the roster has changed. */
  public void refresh() {
    Map<String, Contact> before = contacts;
    Map<String, Contact> now = visible();
    contacts = now;
    before.forEach(
        (id, contact) -> {
          if (!now.containsKey(id)) {
            events.add(new PlainEvent.Gone(contact.person()));
          }
        });
    now.forEach(
        (id, contact) -> {
          Contact known = before.get(id);
          if (known == null) {
            events.add(new PlainEvent.Here(contact.person()));
          } else if (!known.person().equals(contact.person())) {
            events.add(new PlainEvent.Changed(contact.person()));
          }
        });
  }

  private Map<String, Contact> visible() {
    Map<String, List<Entry>> byId = new LinkedHashMap<>();
    for (Entry entry : entries.values()) {
      MeshAddress node = entry.record().node();
      if (node != null && (node.equals(self) || isHere.test(node))) {
        continue;
      }
      String id = canonical(entry.record().id());
      if (byId.size() < MAX_PEOPLE || byId.containsKey(id)) {
        byId.computeIfAbsent(id, i -> new ArrayList<>()).add(entry);
      } else {
        dropped++;
      }
    }
    Map<String, Contact> now = new LinkedHashMap<>();
    byId.forEach((id, all) -> now.put(id, contact(all)));
    return Map.copyOf(now);
  }

  private static Contact contact(List<Entry> all) {
    PlainRecord newest = Collections.max(all, Comparator.comparingLong(Entry::sequence)).record();
    List<InetSocketAddress> where =
        all.stream()
            .map(Entry::record)
            .flatMap(r -> r.addresses().stream().map(a -> new InetSocketAddress(a, r.port())))
            .distinct()
            .limit(MAX_PLACES)
            .toList();
    return new Contact(
        new PlainPerson(newest.id(), newest.name(), newest.status(), newest.message()), where);
  }

  /** Returns everybody who is here, by {@linkplain #canonical canonical} identifier. A value. */
  public Map<String, Contact> contacts() {
    return contacts;
  }

  /** Returns what has changed next, or null. */
  public @Nullable PlainEvent pollEvent() {
    return events.poll();
  }

  /** Returns how many records were not taken because there were too many. */
  public long dropped() {
    return dropped;
  }

  /** Returns the form of an identifier that is the same in upper and lower case, as in DNS. */
  public static String canonical(String id) {
    return id.toLowerCase(Locale.ROOT);
  }

  /**
   * Returns whose stream this is: who names themselves so, and has the address that it came from;
   * who does not say who they are, is the only one at that address.
   */
  public static Optional<Contact> caller(
      Map<String, Contact> contacts, String claimed, InetAddress from) {
    if (!claimed.isEmpty()) {
      return Optional.ofNullable(contacts.get(canonical(claimed))).filter(c -> isAt(c, from));
    }
    List<Contact> there = contacts.values().stream().filter(c -> isAt(c, from)).toList();
    return there.size() == 1 ? Optional.of(there.get(0)) : Optional.empty();
  }

  private static boolean isAt(Contact contact, InetAddress address) {
    return contact.where().stream().anyMatch(where -> address.equals(where.getAddress()));
  }

  /** Finds one, by identifier or name. */
  public static PlainPerson find(Collection<PlainPerson> people, String idOrName)
      throws UnknownPersonException {
    String query = Text.truncateChars(idOrName.strip(), MAX_QUERY_CHARS);
    String asked = Text.fold(query);
    List<PlainPerson> exact =
        people.stream().filter(p -> canonical(p.id()).equals(canonical(query))).toList();
    List<PlainPerson> matches =
        exact.isEmpty()
            ? people.stream().filter(p -> goesBy(p, asked)).sorted(order()).toList()
            : exact;
    if (matches.size() == 1) {
      return matches.get(0);
    }
    String shown = Text.clean(query);
    if (matches.isEmpty()) {
      throw new UnknownPersonException("nobody who chats without Limpet is known as " + shown);
    }
    throw new UnknownPersonException(
        matches.size()
            + " people without Limpet are known as "
            + shown
            + ", say which: "
            + matches.stream().limit(SHOWN).map(PlainPerson::id).collect(Collectors.joining(", ")),
        true);
  }

  private static boolean goesBy(PlainPerson person, String asked) {
    int at = person.id().lastIndexOf('@');
    return Text.fold(person.name()).equals(asked)
        || (at > 0 && Text.fold(person.id().substring(0, at)).equals(asked));
  }

  /** Returns how people are listed. */
  public static Comparator<PlainPerson> order() {
    return Comparator.comparing(PlainPerson::name).thenComparing(PlainPerson::id);
  }
}
