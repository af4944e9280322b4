package io.limpet.link.internal.path;

import java.util.Locale;

/** How sure it is that one link passes datagrams in one direction. */
public enum LinkState {
  /** A recent proof says so. */
  CONFIRMED,
  /** It did once, or is said to; nobody has looked of late, and nothing speaks against it. */
  UNCONFIRMED,
  /** Proofs that were due are missing, or a link in use has been without one for too long. */
  SUSPECT,
  /** Enough proofs are missing for long enough that it is not chance. */
  DEAD,
  /** Nothing was ever proven, and nothing is missing. */
  UNKNOWN;

  /** Returns the word for it, in small letters. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
