package io.limpet.invitation.internal.wire;

import io.limpet.invitation.Invitation;
import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
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

  /** To the owner: let me in. Repeated until {@link Members} or {@link JoinRefused} comes back. */
  record Join(String activity) implements OfActivity {}

  /** From the owner: no. */
  record JoinRefused(String activity, String reason) implements OfActivity {}

  /** A member to the owner: this person accepted my invitation. Repeated until acknowledged. */
  record Admit(String activity, MeshAddress person, String invitation) implements OfActivity {}

  /** From the owner: dealt with. */
  record Admitted(String activity, String invitation) implements OfActivity {}

  /** To the owner: I leave. Repeated until {@link Members} without us, or {@link NotMember}. */
  record Leave(String activity) implements OfActivity {}

  /**
   * From the owner: who is in it. Repeated until {@link MembersSeen} comes back.
   *
   * @param ended whether the owner has ended the activity
   * @param ownerEpoch the owner's incarnation; versions count from 1 within it
   */
  record Members(
      String activity,
      String type,
      String title,
      boolean open,
      boolean ended,
      long ownerEpoch,
      long version,
      List<MeshAddress> members)
      implements OfActivity {}

  /** To the owner: I have that version. */
  record MembersSeen(String activity, long ownerEpoch, long version) implements OfActivity {}

  /** To whoever addressed us as a member (or owner): we know nothing of that activity. */
  record NotMember(String activity) implements OfActivity {}

  /**
   * A line, to one member.
   *
   * @param epoch the sender's incarnation; sequences count from 1 within it
   * @param base the lowest sequence that the sender still keeps for this receiver: everything below
   *     was acknowledged by it, or is not meant for it
   */
  record Said(
      String activity,
      long epoch,
      long sequence,
      long base,
      long sentMs,
      String fromName,
      String text)
      implements OfGroup {}

  /** To the sender: I have every line through this one. */
  record Heard(String activity, long epoch, long through) implements OfGroup {}

  /**
   * To the sender: lines after this one are missing, send them (again).
   *
   * @param epoch 0 when the receiver has nothing of this sender yet
   */
  record Want(String activity, long epoch, long through) implements OfGroup {}

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
