package io.limpet.invitation.internal.service;

import io.limpet.invitation.InvitationEvent;
import io.limpet.invitation.InvitationListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who hears events. Added and removed from any thread. */
final class Listeners {
  private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

  private final List<InvitationListener> all = new CopyOnWriteArrayList<>();

  void add(InvitationListener listener) {
    all.add(listener);
  }

  void remove(InvitationListener listener) {
    all.remove(listener);
  }

  void tell(InvitationEvent event) {
    for (InvitationListener listener : all) {
      try {
        listener.onEvent(event);
      } catch (RuntimeException e) {
        // An application's mistake must not stop the protocol for everybody else.
        LOG.warn("a listener failed at {}", event.getClass().getSimpleName(), e);
      }
    }
  }
}
