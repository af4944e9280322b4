package io.limpet.invitation.internal.group;

/**
 * Bounds of a channel. Immutable; safe for any thread.
 *
 * @param window most lines on their way to one member, unacknowledged
 * @param unacknowledged most own lines kept for members that have not acknowledged them
 * @param history most lines kept for the application
 * @param historyChars most characters in them
 */
public record GroupLimits(int window, int unacknowledged, int history, int historyChars) {
  /** Returns the defaults. */
  public static GroupLimits defaults() {
    return new GroupLimits(64, 1000, 1000, 1 << 20);
  }
}
