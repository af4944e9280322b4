package io.limpet.invitation.internal.store;

import java.util.Map;
import java.util.concurrent.CompletionStage;

/** What this node's person has set, a word under each name. Confined to one event loop. */
public interface Settings {
  /** Returns what the store had when it was opened, by name. */
  Map<String, String> load();

  /** Sets a word; completes when it is stored. */
  CompletionStage<Void> put(String name, String word);
}
