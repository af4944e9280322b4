package io.limpet.invitation.internal.activity;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A store that lives as long as its object: for nodes that accept to lose activities in a crash,
 * and, handed from one service to the next, for tests of restarts. Confined to one event loop.
 */
public final class MemoryActivityStore implements ActivityStore {
  private final Map<String, ActivityRecord> records = new LinkedHashMap<>();

  @Override
  public List<ActivityRecord> load() {
    return List.copyOf(records.values());
  }

  @Override
  public CompletionStage<Void> put(ActivityRecord record) {
    records.put(record.id(), record);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void remove(String id) {
    records.remove(id);
  }
}
