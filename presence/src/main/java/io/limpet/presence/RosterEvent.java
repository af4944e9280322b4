package io.limpet.presence;

/** A change in the roster, with the evidence in words. All are values. */
public sealed interface RosterEvent {
  /** Returns the person as they are after the change. */
  Person person();

  /** Now {@code ONLINE}. */
  record Online(Person person, String evidence) implements RosterEvent {}

  /** Now {@code SUSPECT}. */
  record Suspect(Person person, String evidence) implements RosterEvent {}

  /** Now {@code OFFLINE}. */
  record Offline(Person person, String evidence) implements RosterEvent {}

  /**
   * Came back with a higher epoch. If they were not {@code ONLINE} before, {@link Online} follows.
   */
  record Restarted(Person person, String evidence) implements RosterEvent {}

  /** Name, colours, status, activities, or how well we know them changed. */
  record Updated(Person person) implements RosterEvent {}

  /**
   * Goes by a name that was first used with another key: either somebody else, or the same person
   * after losing their key. Follows the event that made them known.
   */
  record KeyChanged(Person person, String evidence) implements RosterEvent {}
}
