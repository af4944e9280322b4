package io.limpet.link.internal.path;

import io.limpet.link.Carrier;

/** Small numbers for carriers: part of path numbers, the same for as long as a node runs. */
public final class CarrierNumber {
  /** How many carriers an interface has. */
  public static final int COUNT = 4;

  private CarrierNumber() {}

  /** Returns the number of a carrier, 0 to 3. */
  public static int of(Carrier carrier) {
    return switch (carrier) {
      case UNICAST_IPV4 -> 0;
      case UNICAST_IPV6 -> 1;
      case MULTICAST_IPV4 -> 2;
      case MULTICAST_IPV6 -> 3;
    };
  }

  /** Returns one number for a carrier on an interface. */
  public static int place(int interfaceIndex, Carrier carrier) {
    return interfaceIndex * COUNT + of(carrier);
  }
}
