package io.limpet.invitation;

import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * An invitation to a person without Limpet, which is a line of chat. A value; safe for any thread.
 *
 * @param id a UUIDv7
 * @param to their {@linkplain io.limpet.presence.PlainPerson#id identifier}, which anybody can take
 * @param toName what they call themselves
 * @param activity the activity's identifier
 * @param activityType its type
 * @param title its title
 * @param line what is said
 * @param state where it stands
 * @param times when each state was reached
 * @param expires when it lapses, unless it was said before
 */
public record ChatInvitation(
    String id,
    String to,
    String toName,
    String activity,
    String activityType,
    String title,
    String line,
    State state,
    Map<State, Instant> times,
    Instant expires) {

  /** Where it stands. */
  public enum State {
    /** Stored; not yet said, or not known to be. */
    PENDING,
    /**
     * Said: their program has read the line. There is no answer to it but in words, and no telling
     * whether the person has seen it.
     */
    TOLD,
    /** Taken back before it was said. */
    WITHDRAWN,
    /** Its time ran out before they could be told. */
    EXPIRED;

    /** Says whether nothing more can happen to it. */
    public boolean isFinal() {
      return this != PENDING;
    }
  }

  /** Returns the same in another state, reached now. */
  public ChatInvitation at(State reached, Instant now) {
    Map<State, Instant> all = new EnumMap<>(times);
    all.put(reached, now);
    return new ChatInvitation(
        id,
        to,
        toName,
        activity,
        activityType,
        title,
        line,
        reached,
        Collections.unmodifiableMap(all),
        expires);
  }
}
