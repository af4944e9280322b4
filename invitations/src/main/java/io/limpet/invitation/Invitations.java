package io.limpet.invitation;

import io.limpet.link.MeshAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Invitations, activities and the group channel of one node. Safe for any thread. Stages fail with
 * {@link InvitationException}.
 */
public interface Invitations extends AutoCloseable {
  /** The mesh port that the service listens at. */
  int PORT = 17;

  /** The shortest time that an invitation can be given. */
  Duration SHORTEST_LIFE = Duration.ofSeconds(1);

  /** The longest time that an invitation can be given. */
  Duration LONGEST_LIFE = Duration.ofDays(366);

  /** How long what is said in an activity is kept for members who are away, unless it is said. */
  Duration RETENTION = Duration.ofDays(7);

  /**
   * Shares a new activity; completes when it is stored. {@code open}: anybody may join uninvited.
   */
  CompletionStage<Activity> share(String type, String title, boolean open);

  /**
   * Shares a new activity with a retention of its own.
   *
   * @param retention how long each member keeps what it said and published for those who are away,
   *     {@link #SHORTEST_LIFE} to {@link #LONGEST_LIFE}: who is away for longer gets another
   *     member's state
   */
  CompletionStage<Activity> share(String type, String title, boolean open, Duration retention);

  /** Returns the activities known here: ours, those joined or waited for, those others announce. */
  CompletionStage<List<Activity>> activities();

  /**
   * Joins an activity that its owner announces as open; completes when we are in, or fails when the
   * owner does not answer for some seconds.
   */
  CompletionStage<Activity> join(String activityId);

  /**
   * Leaves an activity, or stops waiting to be let in; when it is ours, ends it for everybody. Our
   * open invitations to it end. Completes when it is stored.
   */
  CompletionStage<Activity> leave(String activityId);

  /**
   * Removes a member from an activity of ours; completes when that is stored. They read nothing
   * that is said from then on, and come back only when a member invites them.
   */
  CompletionStage<Activity> remove(String activityId, MeshAddress member);

  /**
   * Invites somebody, for a day; completes when the invitation is stored, before it is sent.
   *
   * <p>An invitation that is open already is returned instead of a second one. If that person has
   * an open invitation to the same thing here, then inviting them back accepts it, and that is what
   * is returned. The same thing is one activity, or two activities of one type and one title that
   * each of the two shares. Invitations that cross on the way resolve alike on both sides: the one
   * whose identifier is older is accepted, the other withdrawn.
   */
  CompletionStage<Invitation> invite(MeshAddress peer, String activityId);

  /**
   * Invites somebody for a time of one's own.
   *
   * @param lifetime {@link #SHORTEST_LIFE} to {@link #LONGEST_LIFE}, after which an undecided
   *     invitation is {@code EXPIRED}
   */
  CompletionStage<Invitation> invite(MeshAddress peer, String activityId, Duration lifetime);

  /** Completes when an invitation's state is final, or with its present state when time is up. */
  CompletionStage<Invitation> await(String invitationId, Duration atMost);

  /** Returns all invitations, ours and those to us, newest first. */
  CompletionStage<List<Invitation>> invitations();

  /**
   * Accepts an invitation to us, and joins its activity. Completes when we are in, or after a few
   * seconds with the acceptance stored: it then reaches the inviter when they can be reached.
   */
  CompletionStage<Invitation> accept(String invitationId);

  /** Takes back an invitation of ours that is still open; completes when that is stored. */
  CompletionStage<Invitation> withdraw(String invitationId, String reason);

  /** Declines an invitation to us. */
  CompletionStage<Invitation> decline(String invitationId, String reason);

  /**
   * Says a line in an activity; completes when it is stored here. It then reaches every member,
   * whatever crashes: those who are away when they are back.
   */
  CompletionStage<Line> say(String activityId, String text);

  /**
   * Returns the lines heard and said in an activity that are still kept (at most 1000), oldest
   * first. They outlive a restart. Who comes later gets those that the others have kept.
   */
  CompletionStage<List<Line>> lines(String activityId);

  /**
   * Attaches an application to the channel of an activity that we are in; one at a time. Completes
   * when the handler has been given what was published before.
   */
  CompletionStage<GroupChannel> channel(String activityId, GroupHandler handler);

  /**
   * Returns how people without Limpet are invited; empty when the node does not chat with them.
   *
   * <pre>{@code
   * PlainPerson ash = node.plain().orElseThrow().find("ash");
   * node.invitations().byChat().orElseThrow().invite(ash.id(), chat.id(), Duration.ofHours(1));
   * }</pre>
   */
  Optional<ChatInvitations> byChat();

  /** Returns whose invitations are taken. */
  CompletionStage<WhoMayInvite> whoMayInvite();

  /**
   * Changes whose invitations are taken, from now on and in the lives to come; completes when that
   * is stored and holds. What is delivered already stays.
   */
  CompletionStage<WhoMayInvite> setWhoMayInvite(WhoMayInvite who);

  /**
   * Returns what became of a store of earlier lives that could not be read at the start: what it
   * held is not known any more.
   */
  Optional<DamagedStore> damagedStore();

  /** Adds a listener. */
  void addListener(InvitationListener listener);

  /** Removes a listener. */
  void removeListener(InvitationListener listener);

  /** Stops. */
  @Override
  void close();
}
