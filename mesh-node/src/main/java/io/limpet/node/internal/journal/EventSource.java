package io.limpet.node.internal.journal;

import java.util.function.Consumer;

/** Tells what the journal is told. */
@FunctionalInterface
public interface EventSource {
  /**
   * Hands every event from now on to a listener, on whatever thread it happens; the listener must
   * neither block nor throw.
   */
  void addListener(Consumer<JournalEvent> listener);
}
