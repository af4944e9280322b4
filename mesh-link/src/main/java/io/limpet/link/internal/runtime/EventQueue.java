package io.limpet.link.internal.runtime;

import io.limpet.link.LinkEvent;
import io.limpet.link.LinkListener;
import io.limpet.link.internal.jfr.FlightRecords;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Link events on their way to the listeners: kept while the engine is at work, so that a listener
 * may call the link, and told in order. Confined to the event loop, listeners apart.
 */
final class EventQueue {
  private static final Logger LOG = LoggerFactory.getLogger(EventQueue.class);

  private final Queue<LinkEvent> waiting = new ArrayDeque<>();
  private final List<LinkListener> listeners = new CopyOnWriteArrayList<>();
  private boolean draining;

  void add(LinkEvent event) {
    FlightRecords.record(event);
    waiting.add(event);
  }

  /** Adds a listener, which first hears of the peers that are there already. */
  void addListener(LinkListener listener, List<LinkEvent> present) {
    drain();
    for (LinkEvent event : present) {
      tell(listener, event);
    }
    listeners.add(listener);
  }

  void removeListener(LinkListener listener) {
    listeners.remove(listener);
  }

  /** Tells everything that waits; a call from within a listener changes nothing. */
  void drain() {
    if (draining) {
      return;
    }
    draining = true;
    try {
      LinkEvent event = waiting.poll();
      while (event != null) {
        tell(event);
        event = waiting.poll();
      }
    } finally {
      draining = false;
    }
  }

  private void tell(LinkEvent event) {
    for (LinkListener listener : listeners) {
      tell(listener, event);
    }
  }

  private static void tell(LinkListener listener, LinkEvent event) {
    try {
      listener.onEvent(event);
    } catch (RuntimeException e) {
      LOG.warn("a listener failed on {}", event, e);
    }
  }
}
