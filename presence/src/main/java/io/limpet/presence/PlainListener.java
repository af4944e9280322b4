package io.limpet.presence;

/** Hears of people without Limpet, on the link's event loop; must not block. */
@FunctionalInterface
public interface PlainListener {
  /** Takes one event. */
  void onEvent(PlainEvent event);
}
