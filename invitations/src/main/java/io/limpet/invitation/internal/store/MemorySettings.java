package io.limpet.invitation.internal.store;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Settings that live as long as this object. */
public final class MemorySettings implements Settings {
  private final Map<String, String> words = new HashMap<>();

  /** Nothing is set yet. */
  public MemorySettings() {}

  @Override
  public Map<String, String> load() {
    return Map.copyOf(words);
  }

  @Override
  public CompletionStage<Void> put(String name, String word) {
    words.put(name, word);
    return CompletableFuture.completedFuture(null);
  }
}
