package io.limpet.node.internal.doctor;

import org.jspecify.annotations.Nullable;

/**
 * One thing that was looked at. A value.
 *
 * @param check what was looked at, one word
 * @param what what was found, one sentence
 * @param cure what to do, or null when nothing needs doing
 */
public record Finding(String check, Severity severity, String what, @Nullable String cure) {
  /** How bad it is. */
  public enum Severity {
    /** In order, or of no consequence. */
    OK,
    /** Something is worse than it could be, or could not be found out. */
    WARNING,
    /** People will not be reached, or a node will not start. */
    PROBLEM
  }

  static Finding ok(String check, String what) {
    return new Finding(check, Severity.OK, what, null);
  }

  static Finding warning(String check, String what, String cure) {
    return new Finding(check, Severity.WARNING, what, cure);
  }

  static Finding problem(String check, String what, String cure) {
    return new Finding(check, Severity.PROBLEM, what, cure);
  }
}
