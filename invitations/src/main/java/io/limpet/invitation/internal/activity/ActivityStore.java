package io.limpet.invitation.internal.activity;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Where activities survive a crash.
 *
 * <p>Nothing that follows from a change of membership is said, neither to a peer nor to the
 * application, before the stage of its {@link #put} has completed. Stages complete on the service's
 * event loop, in the order of the calls; the loop never waits. When a put fails, so do all that
 * were called before its stage has completed: they may rest on it.
 *
 * <p>Called on the event loop only.
 */
public interface ActivityStore {
  /** Returns every record of an earlier life, in any order. Called once, at the start. */
  List<ActivityRecord> load();

  /** Keeps a record in place of the one with the same identifier. */
  CompletionStage<Void> put(ActivityRecord record);

  /** Forgets a record. Nothing depends on when. */
  void remove(String id);
}
