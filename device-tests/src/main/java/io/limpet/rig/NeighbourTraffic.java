package io.limpet.rig;

/** What a black hole does to ARP and IPv6 neighbour discovery. */
public enum NeighbourTraffic {
  /**
   * They pass, as in the field report of 2008: addresses resolve, and nothing else gets through.
   */
  PASSES,
  /**
   * Unicast ones are swallowed like everything else; those sent by multicast pass, as all multicast
   * does.
   */
  SWALLOWED
}
