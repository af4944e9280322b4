package io.limpet.invitation;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Whose invitations a node takes. Whoever is refused is told so, and nothing of theirs is kept. */
public enum WhoMayInvite {
  /** Everybody in reach. */
  EVERYONE,
  /**
   * Those whom this node's person has dealt with of their own will ({@link
   * io.limpet.presence.Roster#isKnown}: invited, accepted an invitation of, compared digits with),
   * and who are in an activity with us.
   */
  KNOWN,
  /** Nobody. */
  NOBODY;

  /**
   * Returns how commands and settings write it: {@code everyone}, {@code known}, {@code nobody}.
   */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns what such a word means, if anything. */
  public static Optional<WhoMayInvite> ofWord(String word) {
    return Arrays.stream(values()).filter(who -> who.word().equals(word)).findFirst();
  }
}
