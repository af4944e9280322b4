package io.limpet.presence.internal.announce;

import io.limpet.presence.SharedActivity;
import java.util.List;

/**
 * What a person announces beside their name. A value; safe for any thread.
 *
 * @param colours {@code #rrggbb,#rrggbb}, lower case
 * @param status at most {@link #MAX_STATUS_BYTES} of UTF-8
 * @param activities oldest first
 */
public record Announcement(String colours, String status, List<SharedActivity> activities) {
  /** Longest status that is announced, in UTF-8 bytes. */
  public static final int MAX_STATUS_BYTES = 80;

  /** Most activities that are announced. */
  public static final int MAX_ACTIVITIES = 32;

  /** Longest identifier of an activity, in characters. */
  public static final int MAX_ID_CHARS = 64;

  /** Longest type of an activity, in characters. */
  public static final int MAX_TYPE_CHARS = 32;

  /** Longest title of an activity, in characters. */
  public static final int MAX_TITLE_CHARS = 64;

  /** Somebody who announces nothing. */
  public static final Announcement NONE = new Announcement(Colours.DEFAULT, "", List.of());

  /** Keeps its own copy of the list. */
  public Announcement {
    activities = List.copyOf(activities);
  }
}
