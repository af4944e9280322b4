package io.limpet.invitation.internal.wire;

import io.limpet.invitation.Invitation;
import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import io.limpet.link.MeshGroups.GroupKey;
import java.util.List;

/**
 * What one service says to another. Who says it is not in the message: the stream proves it. All
 * are values.
 */
public sealed interface Message {

  /** About one invitation. */
  sealed interface OfInvitation extends Message {
    /** Returns the invitation's identifier. */
    String id();
  }

  /** About an activity's membership. */
  sealed interface OfActivity extends Message {
    /** Returns the activity's identifier. */
    String activity();
  }

  /** About what is said in an activity. */
  sealed interface OfGroup extends Message {
    /** Returns the activity's identifier. */
    String activity();
  }

  /**
   * Inviter to invitee: come. Repeated until a {@link Receipt}, {@link Refused} or {@link Decision}
   * comes back.
   *
   * @param remainingMs how long it still runs; not an instant, because laptops' clocks differ
   */
  record Invite(
      String id,
      String activity,
      String type,
      String title,
      MeshAddress owner,
      String fromName,
      long remainingMs)
      implements OfInvitation {}

  /** Invitee to inviter: my store has it. */
  record Receipt(String id) implements OfInvitation {}

  /** Invitee to inviter: I did not take it. Nothing is kept of it. */
  record Refused(String id, String reason) implements OfInvitation {}

  /** Invitee to inviter: yes or no. Repeated until an {@link Outcome} comes back. */
  record Decision(String id, boolean accepted, String reason) implements OfInvitation {}

  /** Inviter to invitee: this is where it ended; the inviter's word is final. */
  record Outcome(String id, Invitation.State state) implements OfInvitation {}

  /** Inviter to invitee: never mind. Repeated until {@link Withdrawn} comes back. */
  record Withdraw(String id, String reason) implements OfInvitation {}

  /** Invitee to inviter: understood. */
  record Withdrawn(String id) implements OfInvitation {}

  /**
   * To the owner, or to who invited us: let me in. Repeated until {@link Members} or {@link
   * JoinRefused} comes back.
   *
   * @param version the newest list that we have seen, 0 for none
   * @param invitation the one that we accepted, empty when we come uninvited
   */
  record Join(String activity, long version, String invitation) implements OfActivity {}

  /**
   * From the owner: no.
   *
   * @param invitation as in the {@link Join} that it answers
   */
  record JoinRefused(String activity, String invitation, String reason) implements OfActivity {}

  /** A member to the owner: this person accepted my invitation. Repeated until acknowledged. */
  record Admit(String activity, MeshAddress person, String invitation) implements OfActivity {}

  /** From the owner: dealt with. */
  record Admitted(String activity, String invitation) implements OfActivity {}

  /**
   * To the owner: I leave. Repeated until {@link Members} without us, or {@link NotMember}. Said to
   * the other members as well, once, for the owner may be away.
   *
   * @param version the newest list that we have seen: one that let us in again later stands
   */
  record Leave(String activity, long version) implements OfActivity {}

  /**
   * From the owner: who is in it. Repeated until {@link MembersSeen} comes back.
   *
   * @param ended whether the owner has ended the activity
   * @param version raised at every change, also across restarts of the owner
   * @param members empty for who is not among them
   * @param keys those that this member may have, newest first; the newest has the version's number
   * @param retainMs how long what is said is kept for who is away
   */
  record Members(
      String activity,
      String type,
      String title,
      boolean open,
      boolean ended,
      long version,
      List<MeshAddress> members,
      List<GroupKey> keys,
      long retainMs)
      implements OfActivity {}

  /** To the owner: I have that version. */
  record MembersSeen(String activity, long version) implements OfActivity {}

  /**
   * To whoever addressed us as a member (or owner): we are not, or you are not.
   *
   * @param version that of the list that this is about, 0 when we know nothing of the activity
   */
  record NotMember(String activity, long version) implements OfActivity {}

  /** A packet of the channel, of a sender or about it, to one whom datagrams do not reach. */
  record Carried(String activity, Bytes packet) implements OfGroup {}

  /**
   * To a member: give me your state, or the next part of it.
   *
   * @param id which snapshot, 0 for a new one
   * @param offset how many bytes of it are there already
   */
  record SnapshotWanted(String activity, long id, int offset) implements OfGroup {}

  /** A part of a state, from {@code offset} on, of {@code total} bytes. */
  record SnapshotPart(String activity, long id, int total, int offset, Bytes bytes)
      implements OfGroup {}

  /** I have no state to give. */
  record SnapshotNone(String activity) implements OfGroup {}
}
