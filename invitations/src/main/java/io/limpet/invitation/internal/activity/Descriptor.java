package io.limpet.invitation.internal.activity;

import io.limpet.invitation.Activity;
import io.limpet.link.MeshAddress;
import java.util.Collection;

/**
 * What does not change about an activity. A value; safe for any thread.
 *
 * @param id a UUIDv7
 * @param type what kind of activity
 * @param title what its owner calls it
 * @param owner who shares it
 * @param open whether anybody may join uninvited
 */
public record Descriptor(String id, String type, String title, MeshAddress owner, boolean open) {
  Activity activity(Collection<MeshAddress> members, Activity.Standing standing) {
    return new Activity(id, type, title, owner, members.stream().sorted().toList(), standing, open);
  }
}
