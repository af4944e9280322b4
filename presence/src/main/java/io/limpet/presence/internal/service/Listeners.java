package io.limpet.presence.internal.service;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who is told of what happens; one that fails spoils nothing for the others. Any thread. */
final class Listeners<L> {
  private static final Logger log = LoggerFactory.getLogger(Listeners.class);

  private final List<L> all = new CopyOnWriteArrayList<>();
  private final String whose;

  /** Makes an empty list; {@code whose} is said in the log, as in "a listener of the roster". */
  Listeners(String whose) {
    this.whose = whose;
  }

  void add(L listener) {
    all.add(listener);
  }

  void remove(L listener) {
    all.remove(listener);
  }

  void tell(Consumer<L> word) {
    for (L listener : all) {
      try {
        word.accept(listener);
      } catch (RuntimeException e) {
        log.warn("a listener of {} failed", whose, e); // The others, and the link, must not suffer.
      }
    }
  }
}
