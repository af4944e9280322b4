package io.limpet.link.internal.wire;

import java.util.List;

/**
 * What a hello says of the moment, long or short. A value.
 *
 * @param nextMs within what time the sender's next hello comes, 0..{@link #MAX_NEXT_MS}
 * @param nodes how many nodes the sender knows to be there, itself included, 0..65535
 * @param missed the lower 16 bits of the addresses of peers whose hello is overdue at the sender
 * @param asks whom the sender wants to hear
 * @param heard whom the sender hears, or nothing
 */
public record Tidings(
    long nextMs, int nodes, List<Integer> missed, List<Ask> asks, HeardFilter heard) {
  /** Longest time that can be promised, in steps of 10 ms. */
  public static final long MAX_NEXT_MS = 655_350;

  /** Most peers in the list of the missed. */
  public static final int MAX_MISSED = 64;

  /** Most questions of one hello. */
  public static final int MAX_ASKS = 8;

  /**
   * A question to one peer, that all may hear so that it is not asked twice.
   *
   * @param kind what is asked
   * @param subject who: the lower 64 bits of an address, or a profile
   */
  public record Ask(Kind kind, long subject) {
    /** What is asked. */
    public enum Kind {
      /** Are you there? The subject is an address; any hello answers. */
      ALIVE,
      /** Who are you? The subject is a profile; a long hello answers. */
      WHO
    }
  }

  /** Copies the lists. */
  public Tidings {
    missed = List.copyOf(missed);
    asks = List.copyOf(asks);
  }

  /** Says whether {@link #missed} is complete; only then does it say anything about chance. */
  public boolean namesAllMissed() {
    return missed.size() < MAX_MISSED;
  }

  /** Returns the name of a peer in {@link #missed}. */
  public static int shortNameOf(long peer) {
    return (int) peer & 0xFFFF;
  }
}
