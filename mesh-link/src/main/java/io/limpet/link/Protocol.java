package io.limpet.link;

/** What a sealed datagram carries, for the layer above that asked for it. */
public enum Protocol {
  /** A TCP segment of the mesh. */
  TCP(1),
  /** A message of the group channel. */
  GROUP(2);

  private final int code;

  Protocol(int code) {
    this.code = code;
  }

  /** Returns the number on the wire (1..15). */
  public int code() {
    return code;
  }
}
