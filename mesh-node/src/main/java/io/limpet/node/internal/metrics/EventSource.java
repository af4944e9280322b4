package io.limpet.node.internal.metrics;

import io.limpet.node.internal.journal.JournalEvent;
import java.util.function.Consumer;

/** Tells what the journal is told. */
@FunctionalInterface
public interface EventSource {
  /** Hands every event from now on to a listener, on whatever thread it happens; never blocks. */
  void addListener(Consumer<JournalEvent> listener);
}
