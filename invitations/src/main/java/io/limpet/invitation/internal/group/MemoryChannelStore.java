package io.limpet.invitation.internal.group;

import io.limpet.link.Bytes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Keeps the records of channels for as long as the process lives. Confined to one event loop. */
public final class MemoryChannelStore implements ChannelStore {
  private final Map<String, Map<String, Bytes>> channels = new HashMap<>();

  @Override
  public Map<String, Bytes> load(String activity) {
    return Map.copyOf(channels.getOrDefault(activity, Map.of()));
  }

  @Override
  public CompletionStage<Void> commit(String activity, List<Change> changes) {
    Map<String, Bytes> records = channels.computeIfAbsent(activity, a -> new TreeMap<>());
    for (Change change : changes) {
      if (change.body() == null) {
        records.remove(change.key());
      } else {
        records.put(change.key(), change.body());
      }
    }
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public Set<String> activities() {
    return Set.copyOf(channels.keySet());
  }

  @Override
  public void remove(String activity) {
    channels.remove(activity);
  }
}
