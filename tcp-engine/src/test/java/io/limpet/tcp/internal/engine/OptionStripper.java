package io.limpet.tcp.internal.engine;

import java.util.Set;

/**
 * A middlebox that blanks options of SYNs, so that two peers never agree on them: the way in which
 * one side of a connection is made a TCP that knows less.
 */
final class OptionStripper {
  static final int MSS = 2;
  static final int WINDOW_SCALE = 3;
  static final int SACK_PERMITTED = 4;
  static final int TIMESTAMPS = 8;
  static final int USER_TIMEOUT = 28;

  /** Lets everything through. */
  static final OptionStripper NONE = new OptionStripper(Set.of());

  private static final int HEADER_BYTES = 20;
  private static final int SYN = 0x02;
  private static final int NOP = 1;
  private static final int CHECKSUM_AT = 16;

  private final Set<Integer> kinds;

  OptionStripper(Set<Integer> kinds) {
    this.kinds = Set.copyOf(kinds);
  }

  /** Returns the segment, changed if it is a SYN with one of the options. */
  byte[] pass(byte[] segment) {
    if (kinds.isEmpty() || (segment[13] & SYN) == 0) {
      return segment;
    }
    byte[] changed = segment.clone();
    int end = ((segment[12] >>> 4) & 0xF) * 4;
    for (int at = HEADER_BYTES; at < end; ) {
      int kind = segment[at];
      int length = kind == NOP ? 1 : segment[at + 1];
      if (kinds.contains(kind)) {
        for (int i = at; i < at + length; i++) {
          changed[i] = NOP;
        }
      }
      at += length;
    }
    int checksum = ((segment[CHECKSUM_AT] & 0xFF) << 8) | (segment[CHECKSUM_AT + 1] & 0xFF);
    // What the options weigh less, the checksum has to weigh more (RFC 1624).
    int corrected = Math.floorMod(checksum + Damage.sum(segment) - Damage.sum(changed), 0xFFFF);
    changed[CHECKSUM_AT] = (byte) (corrected >>> 8);
    changed[CHECKSUM_AT + 1] = (byte) corrected;
    return changed;
  }

  @Override
  public String toString() {
    return kinds.toString();
  }
}
