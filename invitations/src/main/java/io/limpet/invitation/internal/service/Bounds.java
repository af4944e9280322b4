package io.limpet.invitation.internal.service;

import io.limpet.invitation.InvitationException;
import io.limpet.invitation.Invitations;
import io.limpet.invitation.internal.wire.Limits;
import java.time.Duration;

/** Checks what an application asks for. */
final class Bounds {
  /** Beyond any wait that makes sense, and within what a timer takes. */
  private static final Duration LONGEST_WAIT = Duration.ofDays(366);

  private Bounds() {}

  static void checkLifetime(Duration lifetime) throws InvitationException {
    checkSpan("an invitation runs", lifetime);
  }

  static void checkSpan(String what, Duration span) throws InvitationException {
    if (span.compareTo(Invitations.SHORTEST_LIFE) < 0
        || span.compareTo(Invitations.LONGEST_LIFE) > 0) {
      throw new InvitationException(what + " for 1 second to 366 days");
    }
  }

  static long waitNs(Duration atMost) {
    Duration bounded = atMost.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : atMost;
    return Math.max(0, bounded.toNanos());
  }

  static String bounded(String what, String text, int max) throws InvitationException {
    String clean = Limits.wellFormed(text);
    if (clean.length() > max) {
      throw new InvitationException(
          what + " has at most " + max + " characters, this one has " + clean.length());
    }
    return clean;
  }
}
