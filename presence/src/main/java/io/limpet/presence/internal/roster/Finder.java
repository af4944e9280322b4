package io.limpet.presence.internal.roster;

import io.limpet.link.MeshAddress;
import io.limpet.presence.Person;
import io.limpet.presence.Presence;
import io.limpet.presence.UnknownPersonException;
import io.limpet.presence.internal.announce.Addresses;
import io.limpet.presence.internal.announce.Text;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Finds the one person that a text means, or says in one line why there is not one. */
public final class Finder {
  private static final String DOMAIN = ".mesh";
  private static final int MAX_QUERY_CHARS = 256;
  private static final int SHOWN = 5;
  private static final Pattern SHORT_FORM = Pattern.compile("[0-9a-f]{8}");

  private Finder() {}

  /**
   * Finds a person among those given.
   *
   * @throws UnknownPersonException if nobody, or more than one person, goes by that
   */
  public static Person find(List<Person> people, String nameOrAddress)
      throws UnknownPersonException {
    String query = Text.truncateChars(nameOrAddress.strip(), MAX_QUERY_CHARS);
    Predicate<Person> meant = meaning(query);
    List<Person> matches = people.stream().filter(meant).toList();
    List<Person> here = matches.stream().filter(p -> p.presence() != Presence.OFFLINE).toList();
    List<Person> candidates = here.isEmpty() ? matches : here;
    if (candidates.size() == 1) {
      return candidates.get(0);
    }
    String asked = Text.clean(query);
    if (candidates.isEmpty()) {
      throw new UnknownPersonException("nobody is known as " + asked + "; " + whoIsHere(people));
    }
    throw new UnknownPersonException(
        candidates.size() + " people are known as " + asked + ", say which: " + list(candidates),
        true);
  }

  private static Predicate<Person> meaning(String query) {
    Optional<MeshAddress> address = Addresses.parse(query);
    if (address.isPresent()) {
      return person -> person.address().equals(address.get());
    }
    String asked = Text.fold(query);
    String bare =
        asked.endsWith(DOMAIN) ? asked.substring(0, asked.length() - DOMAIN.length()) : asked;
    int hash = bare.lastIndexOf('#');
    String shortForm = bare.substring(hash + 1);
    boolean hasShortForm = SHORT_FORM.matcher(shortForm).matches();
    String beforeHash = hash > 0 ? bare.substring(0, hash) : "";
    return person -> {
      String name = Text.fold(person.name());
      if (name.equals(asked) || name.equals(bare)) {
        return true;
      }
      return hasShortForm
          && (hash <= 0 || name.equals(beforeHash))
          && person.address().shortForm().equals(shortForm);
    };
  }

  private static String whoIsHere(List<Person> people) {
    List<Person> here = people.stream().filter(p -> p.presence() != Presence.OFFLINE).toList();
    return here.isEmpty() ? "nobody else is here" : "here are: " + list(here);
  }

  private static String list(List<Person> people) {
    String shown =
        people.stream()
            .limit(SHOWN)
            .map(p -> Text.clean(p.name()) + '#' + p.address().shortForm())
            .collect(Collectors.joining(", "));
    return people.size() > SHOWN ? shown + " and " + (people.size() - SHOWN) + " more" : shown;
  }
}
