package io.limpet.rig.internal.radio;

/** A well-formed Ethernet frame, and what the radio needs to know of it. */
final class Frame {
  private final byte[] bytes;
  private final long destination;

  /** Takes over the array. */
  Frame(byte[] bytes) {
    this.bytes = bytes;
    destination = EthernetFrames.destination(bytes);
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return bytes.length;
  }

  long source() {
    return EthernetFrames.source(bytes);
  }

  long destination() {
    return destination;
  }

  /** Whether it is for a group, broadcast included. */
  boolean isMulticast() {
    return EthernetFrames.isGroup(destination);
  }

  boolean isNeighbourTraffic() {
    return EthernetFrames.isNeighbourTraffic(bytes);
  }
}
