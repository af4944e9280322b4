package io.limpet.link;

/** Hears what happens on the link. Called on the link's event loop; must not block. */
@FunctionalInterface
public interface LinkListener {
  /** Takes one event. */
  void onEvent(LinkEvent event);
}
