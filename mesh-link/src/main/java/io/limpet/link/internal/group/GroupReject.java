package io.limpet.link.internal.group;

/** Why a datagram to a group was not handed up. */
public enum GroupReject {
  /** Sealed with a key that is not ours: other groups of other people are normal on multicast. */
  OTHER_KEY("group key not held", false),
  /** Our own, which the system loops back. */
  OWN("own datagram to a group", false),
  /** A copy: it came on several interfaces, or somebody repeats it. */
  DUPLICATE("datagram to a group seen before", false),
  /** The hello of its sender was not heard, so that nobody says in which life it is. */
  UNKNOWN_SENDER("sender to a group not heard", false),
  /** From a life of its sender that is over, or not announced yet. */
  OTHER_EPOCH("sender to a group in another epoch", false),
  /** Shorter than any. */
  TOO_SHORT("group datagram too short", true),
  /** Longer than any. */
  TOO_LONG("group datagram too long", true),
  /** A counter out of its range. */
  MALFORMED("group datagram malformed", true),
  /** A counter that has left the replay window. */
  TOO_OLD("group datagram left the replay window", true),
  /** As many senders of one key as there may be. */
  TOO_MANY_SENDERS("no room for another sender to a group", true),
  /** Does not decrypt. */
  BAD_TAG("group datagram not authentic", true);

  private final String label;
  private final boolean suspicious;

  GroupReject(String label, boolean suspicious) {
    this.label = label;
    this.suspicious = suspicious;
  }

  /** Returns a few words for people and journals. */
  public String label() {
    return label;
  }

  /** Says whether it is to be told: among people who mean well it does not happen. */
  public boolean isSuspicious() {
    return suspicious;
  }
}
