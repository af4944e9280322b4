package io.limpet.invitation;

import io.limpet.link.MeshAddress;
import java.time.Instant;
import java.util.Map;

/**
 * An invitation as either side knows it. A value; safe for any thread.
 *
 * @param id a UUIDv7
 * @param from who invites
 * @param fromName what they call themselves
 * @param to who is invited
 * @param toName what they call themselves
 * @param activity the activity's identifier
 * @param activityType its type
 * @param title its title
 * @param state where it stands
 * @param times when each state was reached
 * @param expires when it lapses
 * @param reason a word from who declined or withdrew, may be empty
 */
public record Invitation(
    String id,
    MeshAddress from,
    String fromName,
    MeshAddress to,
    String toName,
    String activity,
    String activityType,
    String title,
    State state,
    Map<State, Instant> times,
    Instant expires,
    String reason) {

  /** Where an invitation stands. */
  public enum State {
    /** Stored by the inviter; not yet acknowledged. */
    PENDING,
    /** The invitee's store has it. */
    DELIVERED,
    /** The invitee said yes. */
    ACCEPTED,
    /** The invitee said no. */
    DECLINED,
    /** The inviter took it back. */
    WITHDRAWN,
    /** Its time ran out. */
    EXPIRED;

    /** Says whether nothing more can happen to it. */
    public boolean isFinal() {
      return this != PENDING && this != DELIVERED;
    }
  }
}
