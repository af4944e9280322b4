package io.limpet.invitation;

/** Whose invitations a node takes. Whoever is refused is told so, and nothing of theirs is kept. */
public enum WhoMayInvite {
  /** Everybody in reach. */
  EVERYONE,
  /**
   * Those whom the roster knows by their person's word, whom we have invited, and whose invitation
   * we have accepted.
   */
  KNOWN,
  /** Nobody. */
  NOBODY
}
