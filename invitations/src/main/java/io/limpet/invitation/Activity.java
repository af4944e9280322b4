package io.limpet.invitation;

import io.limpet.link.MeshAddress;
import java.time.Duration;
import java.util.List;

/**
 * A shared activity as this node knows it. A value; safe for any thread.
 *
 * @param id a UUIDv7
 * @param type what kind of activity, such as {@code chat}
 * @param title what its owner calls it
 * @param owner who shares it
 * @param members who is in it, in order of address
 * @param standing whether this node is a member, or is to become one
 * @param open whether anybody may join without an invitation
 * @param retention how long what is said and published in it is kept for members who are away; of
 *     an activity that we have never been in {@link Invitations#RETENTION}
 */
public record Activity(
    String id,
    String type,
    String title,
    MeshAddress owner,
    List<MeshAddress> members,
    Standing standing,
    boolean open,
    Duration retention) {

  /** Where this node stands with an activity. */
  public enum Standing {
    /** Not in it. */
    OUTSIDE,
    /** Asked, or invited and accepted: in as soon as the owner can be reached. */
    WAITING,
    /** In it. */
    JOINED
  }

  /** Says whether this node is a member. */
  public boolean joined() {
    return standing == Standing.JOINED;
  }
}
