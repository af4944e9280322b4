package io.limpet.invitation.internal.chat;

import io.limpet.invitation.Activity;

/** What somebody without Limpet reads. */
public final class ChatWords {
  private static final int SHORT_ID_CHARS = 12;

  private ChatWords() {}

  /**
   * Says what an invitation is, and how to join.
   *
   * @param inviter what its person is called
   */
  public static String invitation(String inviter, Activity activity) {
    String id = activity.id();
    String shortId = id.substring(Math.max(0, id.length() - SHORT_ID_CHARS));
    String join =
        activity.open()
            ? "run 'limpet node', then 'limpet join " + shortId + "'."
            : "run 'limpet node' and write to "
                + inviter
                + " here, for it takes an invitation; then 'limpet accept'.";
    return inviter
        + " invites you to "
        + quoted(activity.title())
        + " ("
        + activity.type()
        + "), an activity shared with Limpet. Your chat program cannot join it. To join, install"
        + " Limpet on this network and "
        + join
        + " Limpet wrote this line for "
        + inviter
        + "; what you answer is shown to them.";
  }

  private static String quoted(String title) {
    return "\"" + title + "\"";
  }
}
