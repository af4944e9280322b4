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
   * ({@code elm#1a2b3c4d}), by the short form, or by address.
   *
   * @throws UnknownPersonException if nobody, or more than one person, goes by that; those that are
   *     offline count only when nobody else matches
   */
  Person find(String nameOrAddress) throws UnknownPersonException;

  /** Announces the activities that this node shares, replacing the earlier ones. */
  void setActivities(List<SharedActivity> activities);

  /** Announces a status text. */
  void setStatus(String status);

  /** Adds a listener. */
  void addListener(RosterListener listener);

  /** Removes a listener. */
  void removeListener(RosterListener listener);

  /** Withdraws the announcement and stops, within a bounded time. */
  @Override
  void close();
}
