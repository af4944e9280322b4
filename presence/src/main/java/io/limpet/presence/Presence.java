package io.limpet.presence;

/** How sure the roster is that somebody is here. */
public enum Presence {
  /** Recent evidence. */
  ONLINE,
  /** Evidence has been missed. */
  SUSPECT,
  /** Said goodbye, or silent long enough. */
  OFFLINE
}
