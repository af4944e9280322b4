package io.limpet.invitation.internal.activity;

import io.limpet.invitation.Activity;
import io.limpet.invitation.Invitations;
import io.limpet.link.MeshAddress;
import java.time.Duration;
import java.util.Collection;

/**
 * What does not change about an activity. A value; safe for any thread.
 *
 * @param id a UUIDv7
 * @param type what kind of activity
 * @param title what its owner calls it
 * @param owner who shares it
 * @param open whether anybody may join uninvited
 * @param retention how long what is said in it is kept for who is away
 */
public record Descriptor(
    String id, String type, String title, MeshAddress owner, boolean open, Duration retention) {
  /** What is known of an activity before its owner has told more. */
  Descriptor(String id, String type, String title, MeshAddress owner, boolean open) {
    this(id, type, title, owner, open, Invitations.RETENTION);
  }

  Activity activity(Collection<MeshAddress> members, Activity.Standing standing) {
    return new Activity(
        id, type, title, owner, members.stream().sorted().toList(), standing, open, retention);
  }
}
