package io.limpet.invitation;

/** Whose invitations a node takes. Whoever is refused is told so, and nothing of theirs is kept. */
public enum WhoMayInvite {
  /** Everybody in reach. */
  EVERYONE,
  /**
   * Those whom we have invited, whose invitation we have accepted, and who are in an activity with
   * us.
   */
  KNOWN,
  /** Nobody. */
  NOBODY
}
