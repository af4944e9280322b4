package io.limpet.invitation.internal.wire;

import io.limpet.invitation.Invitations;
import java.nio.charset.StandardCharsets;

/** Bounds on everything that comes from the network, checked before memory is taken. */
public final class Limits {
  /** Largest frame on a stream, in bytes, without its length. */
  public static final int MAX_FRAME_BYTES = 64 * 1024;

  /** Longest identifier of an activity or an invitation, in characters. */
  public static final int MAX_ID = 64;

  /** Longest type of an activity, in characters. */
  public static final int MAX_TYPE = 32;

  /** Longest title of an activity, in characters. */
  public static final int MAX_TITLE = 64;

  /** Longest name of a person, in characters. */
  public static final int MAX_NAME = 64;

  /** Longest reason, in characters. */
  public static final int MAX_REASON = 256;

  /** Longest line, in characters: three bytes each at worst leave room in a frame. */
  public static final int MAX_TEXT = 8192;

  /** Longest packet of a channel on a stream, in bytes. */
  public static final int MAX_PACKET = 9_000;

  /** Most bytes in a part of a snapshot. */
  public static final int MAX_SNAPSHOT_PART = 48 * 1024;

  /** Most bytes of a snapshot, with how far each stream had got. */
  public static final int MAX_SNAPSHOT = 8 << 20;

  /** Most members of an activity. */
  public static final int MAX_MEMBERS = 256;

  /** Longest time an invitation may still run, in milliseconds: a year. */
  public static final long MAX_REMAINING_MS = Invitations.LONGEST_LIFE.toMillis();

  /** Shortest time for which what is said is kept, in milliseconds. */
  public static final long MIN_RETAIN_MS = Invitations.SHORTEST_LIFE.toMillis();

  private Limits() {}

  /** Returns the text with what is not Unicode (a lone surrogate) replaced, so that it encodes. */
  public static String wellFormed(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }
}
