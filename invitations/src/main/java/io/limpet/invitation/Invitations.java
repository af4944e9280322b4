package io.limpet.invitation;

import io.limpet.link.MeshAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Invitations, activities and the group channel of one node. Safe for any thread. Stages fail with
 * {@link InvitationException}.
 */
public interface Invitations extends AutoCloseable {
  /** The mesh port that the service listens at. */
  int PORT = 17;

  /** Shares a new activity and returns it. {@code open}: anybody may join uninvited. */
  CompletionStage<Activity> share(String type, String title, boolean open);

  /** Returns the activities known here: joined ones and those that others announce. */
  CompletionStage<List<Activity>> activities();

  /** Joins an activity that its owner announces as open. */
  CompletionStage<Activity> join(String activityId);

  /** Leaves an activity. */
  CompletionStage<Activity> leave(String activityId);

  /** Invites somebody; completes when the invitation is stored, before it is sent. */
  CompletionStage<Invitation> invite(MeshAddress peer, String activityId);

  /** Completes when an invitation's state is final, or with its present state when time is up. */
  CompletionStage<Invitation> await(String invitationId, Duration atMost);

  /** Returns all invitations, ours and those to us, newest first. */
  CompletionStage<List<Invitation>> invitations();

  /** Accepts an invitation to us, and joins its activity. */
  CompletionStage<Invitation> accept(String invitationId);

  /** Declines an invitation to us. */
  CompletionStage<Invitation> decline(String invitationId, String reason);

  /** Says a line in an activity; completes when it is on its way to every reachable member. */
  CompletionStage<Line> say(String activityId, String text);

  /** Returns the lines heard and said in an activity that are still kept, oldest first. */
  CompletionStage<List<Line>> lines(String activityId);

  /** Adds a listener. */
  void addListener(InvitationListener listener);

  /** Removes a listener. */
  void removeListener(InvitationListener listener);

  /** Stops. */
  @Override
  void close();
}
