package io.limpet.presence;

import io.limpet.link.MeshAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Who is here. Safe for any thread. */
public interface Roster extends AutoCloseable {
  /** Returns everybody known, sorted by name and then address. */
  List<Person> people();

  /** Returns one person. */
  Optional<Person> person(MeshAddress address);

  /**
   * Finds a person by name ({@code elm}, {@code elm.mesh}), by name and short form of the address
   * ({@code elm#1a2b3c4d}), by the short form, or by address. Upper and lower case are one.
   *
   * @throws UnknownPersonException if nobody, or more than one person, goes by that; those that are
   *     offline count only when nobody else matches
   */
  Person find(String nameOrAddress) throws UnknownPersonException;

  /**
   * Announces the activities that this node shares, replacing the earlier ones.
   *
   * <p>An announcement is small, for it rides in every hello: titles are cut to 64 characters, and
   * of a list that does not fit the newest are kept, which are those at its end.
   *
   * @param activities oldest first
   * @throws IllegalArgumentException if an identifier is empty or longer than 64 characters, or a
   *     type longer than 32
   */
  void setActivities(List<SharedActivity> activities);

  /** Announces a status text, cut to 80 bytes of UTF-8. */
  void setStatus(String status);

  /**
   * Takes a transport's suspicion that a peer is gone: an online person is {@code SUSPECT} until
   * they are heard again, or until ten seconds have passed in which the link missed nothing of
   * them.
   *
   * @param evidence what the transport saw, in words
   */
  default void suspect(MeshAddress peer, String evidence) {}

  /** Returns how well this laptop's person knows somebody, whether they are here or not. */
  Acquaintance acquaintance(MeshAddress address);

  /**
   * Says whether this laptop's person has dealt with somebody of their own will before. A name
   * makes nobody known: this is of the address, and with it of the key.
   */
  default boolean isKnown(MeshAddress address) {
    return acquaintance(address) != Acquaintance.STRANGER;
  }

  /**
   * Remembers for good that this laptop's person deals with somebody of their own will. Whoever is
   * known already stays as they are.
   *
   * @return completes when it is on the disk; fails with an {@link java.io.IOException} if it could
   *     not be written, and counts until the node stops all the same
   */
  CompletionStage<Void> acquaint(MeshAddress address);

  /**
   * Computes the short authentication string of this node and a peer: 25 digits (83 bits) of both
   * identities' keys, the same on both sides. Two people who read the same have no one between
   * them. Takes some tenths of a second of a processor, on another thread, on purpose: so does each
   * attempt of whoever looks for keys that make the same digits.
   *
   * <pre>{@code
   * roster.authenticationString(elm).thenAccept(digits -> show("Does Elm read " + digits + "?"));
   * // when the person has said yes:
   * roster.confirm(elm);
   * }</pre>
   *
   * @return fails with an {@link UnknownPersonException} if their key has never been proven here
   */
  CompletionStage<String> authenticationString(MeshAddress address);

  /**
   * Remembers for good that two people compared their digits: the person is {@code VERIFIED}, and
   * the name they go by is theirs, whoever used it first.
   *
   * @return the person afterwards, when it is on the disk; fails with an {@link
   *     UnknownPersonException} if their key has never been proven here, with an {@link
   *     java.io.IOException} if it could not be written
   */
  CompletionStage<Person> confirm(MeshAddress address);

  /** Adds a listener. */
  void addListener(RosterListener listener);

  /** Removes a listener. */
  void removeListener(RosterListener listener);

  /**
   * Withdraws the announcement and stops, within a bounded time of some five seconds. Must not be
   * called on the link's event loop. Idempotent.
   */
  @Override
  void close();
}
