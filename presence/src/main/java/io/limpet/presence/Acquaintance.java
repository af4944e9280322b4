package io.limpet.presence;

/** How well this laptop's person knows somebody: what they themselves did, never what was heard. */
public enum Acquaintance {
  /** Nothing was done yet; their name and key may be remembered all the same. */
  STRANGER,
  /** This person dealt with them of their own will: invited them, or accepted from them. */
  KNOWN,
  /** The two compared their {@linkplain Roster#authenticationString digits}. */
  VERIFIED
}
