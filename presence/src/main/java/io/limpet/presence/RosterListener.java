package io.limpet.presence;

/** Hears roster changes, on the link's event loop; must not block. */
@FunctionalInterface
public interface RosterListener {
  /** Takes one event. */
  void onEvent(RosterEvent event);
}
