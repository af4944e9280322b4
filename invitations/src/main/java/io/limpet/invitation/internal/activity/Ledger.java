package io.limpet.invitation.internal.activity;

import io.limpet.invitation.InvitationException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records, as believed and as stored. What happens is mapped from what is believed, so that
 * nothing waits for the disk; what is said rests on what is stored. When a commit fails, belief
 * falls back to what the store has.
 */
final class Ledger {
  /** Hears what became of steps. */
  interface Reader {
    /** A step is stored. */
    void stored(@Nullable ActivityRecord before, ActivityRecord now, List<Effect> effects);

    /** What was believed is not so. */
    void fellBack();
  }

  private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

  private final ActivityStore store;
  private final Reader reader;
  private final Map<String, ActivityRecord> believed = new LinkedHashMap<>();
  private final Map<String, ActivityRecord> stored = new LinkedHashMap<>();
  private int failures;
  private CompletionStage<Void> lastPut = CompletableFuture.completedFuture(null);

  Ledger(ActivityStore store, Reader reader) {
    this.store = store;
    this.reader = reader;
    for (ActivityRecord record : store.load()) {
      stored.put(record.id(), record);
    }
    believed.putAll(stored);
  }

  /** Returns a record as it will be when all goes well. */
  @Nullable ActivityRecord believed(String id) {
    return believed.get(id);
  }

  /** Returns a record as the store has it. */
  @Nullable ActivityRecord stored(String id) {
    return stored.get(id);
  }

  Collection<ActivityRecord> believed() {
    return List.copyOf(believed.values());
  }

  Collection<ActivityRecord> stored() {
    return List.copyOf(stored.values());
  }

  /**
   * Puts a step's record, and hands its effects to the reader when the store has it. A step that
   * changes nothing waits for the puts before it, because its effects may speak of what they store.
   */
  CompletionStage<ActivityRecord> apply(Step step) {
    ActivityRecord record = step.record();
    boolean changed = !record.equals(believed.get(record.id()));
    if (changed) {
      believed.put(record.id(), record);
      lastPut = store.put(record);
    }
    int failuresBefore = failures;
    return lastPut.handle(
        (done, failure) -> {
          if (failure != null) {
            fallBack(failuresBefore);
            LOG.warn("activity {} could not be stored, nothing was said", record.id(), failure);
            throw new CompletionException(
                new InvitationException(
                    "the activity could not be stored, and nothing was said: "
                        + failure.getMessage()));
          }
          ActivityRecord before = stored.get(record.id());
          if (changed && believed.containsKey(record.id())) { // not forgotten meanwhile
            stored.put(record.id(), record);
          }
          reader.stored(before, changed || before == null ? record : before, step.effects());
          return record;
        });
  }

  void forget(String id) {
    believed.remove(id);
    stored.remove(id);
    store.remove(id);
  }

  /** All that was put before the failure was known fails with it: once is enough for all. */
  private void fallBack(int failuresBefore) {
    if (failures == failuresBefore) {
      failures++;
      believed.clear();
      believed.putAll(stored);
      lastPut = CompletableFuture.completedFuture(null); // nothing rests on the failed one any more
      reader.fellBack();
    }
  }
}
