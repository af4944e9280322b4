package io.limpet.presence;

import io.limpet.link.MeshAddress;
import java.util.List;
import java.util.Optional;

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
