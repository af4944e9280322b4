package io.limpet.presence;

import java.time.Instant;

/** Something about a {@link PlainPerson}. All are values. */
public sealed interface PlainEvent {
  /** Returns who it is about, as they are after it. */
  PlainPerson person();

  /** They are here. */
  record Here(PlainPerson person) implements PlainEvent {}

  /** Their name, status or message is another. */
  record Changed(PlainPerson person) implements PlainEvent {}

  /** They are gone, or have turned out to be somebody of the roster. */
  record Gone(PlainPerson person) implements PlainEvent {}

  /**
   * They said something to us.
   *
   * @param text one line, 1..4096 UTF-16 units
   * @param received when, by our clock
   */
  record Said(PlainPerson person, String text, Instant received) implements PlainEvent {}
}
