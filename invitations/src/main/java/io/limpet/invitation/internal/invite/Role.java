package io.limpet.invitation.internal.invite;

/** Which side of an invitation this node is. The codes are stable: a durable store keeps them. */
public enum Role {
  /** We invite. */
  INVITER(0),
  /** We are invited. */
  INVITEE(1);

  private final int code;

  Role(int code) {
    this.code = code;
  }

  /** Returns the number that a store keeps. */
  public int code() {
    return code;
  }
}
