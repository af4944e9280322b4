package io.limpet.node.internal.explain;

import io.limpet.link.Diagnosis;
import java.util.List;

/** What each verdict means, and what a person can do about it. */
public final class DiagnosisWords {
  private DiagnosisWords() {}

  /**
   * Returns the verdict that a journal names; {@link Diagnosis#NONE} for one of another version.
   */
  public static Diagnosis of(String name) {
    for (Diagnosis diagnosis : Diagnosis.values()) {
      if (diagnosis.name().equals(name)) {
        return diagnosis;
      }
    }
    return Diagnosis.NONE;
  }

  /** Says in a few words what is wrong, to follow "what is wrong: ". */
  public static String brief(Diagnosis diagnosis) {
    return switch (diagnosis) {
      case NONE -> "nothing";
      case ADDRESS_GONE -> "an address or interface of this machine is gone";
      case NEIGHBOUR_UNRESOLVED -> "the kernel does not know the MAC";
      case NEIGHBOUR_STALE -> "the kernel sends to a wrong MAC";
      case UNICAST_BLACKHOLE -> "unicast vanishes on the way";
      case ASYMMETRIC -> "unicast works in one direction only";
      case PEER_RESTARTED -> "the peer has restarted";
      case MULTICAST_DEAD -> "multicast does not arrive";
      case SELF_DEAF -> "this machine does not hear its own multicast";
      case PEER_GONE -> "nothing is heard on any carrier";
    };
  }

  /** Says what a verdict on a peer means, in one sentence. */
  public static String meaning(Diagnosis diagnosis, String name) {
    return switch (diagnosis) {
      case NONE -> "Nothing is known to be wrong.";
      case ADDRESS_GONE ->
          "The address or the interface of this machine that the path used has vanished.";
      case NEIGHBOUR_UNRESOLVED ->
          "This machine's kernel has no MAC for " + name + ": it has asked and got no answer.";
      case NEIGHBOUR_STALE ->
          "This machine's kernel sends to another MAC than the one that "
              + name
              + " has signed: what is sent goes to nobody, or to somebody else.";
      case UNICAST_BLACKHOLE ->
          "Unicast vanishes on the way, though this machine's tables are right: "
              + "the radio, its driver or a forwarding table between drops it.";
      case ASYMMETRIC ->
          "Unicast gets through in one direction and not in the other, which finds its own way.";
      case PEER_RESTARTED -> name + " has restarted: what was shared with it before is over.";
      case MULTICAST_DEAD ->
          "Unicast works and multicast does not arrive: an access point, a switch or a radio that"
              + " saves power filters it.";
      case SELF_DEAF ->
          "This machine does not hear its own multicast: the fault is here, not at " + name + ".";
      case PEER_GONE -> "Nothing of " + name + " is heard on any carrier.";
    };
  }

  /** Says what a person can do; nothing when nothing needs doing. */
  public static List<String> advice(Diagnosis diagnosis, String name) {
    return switch (diagnosis) {
      case NONE, PEER_RESTARTED -> List.of();
      case ADDRESS_GONE ->
          List.of(
              "Bring the interface up again, or let it get an address ('ip addr' shows them): the"
                  + " rest follows by itself.");
      case NEIGHBOUR_UNRESOLVED ->
          List.of(
              "See whether "
                  + name
                  + "'s address is in a subnet of this machine's interface ('ip addr' on both).",
              "See that neither side filters ARP or neighbour discovery: 'limpet doctor' on both.",
              PRIVILEGES);
      case NEIGHBOUR_STALE ->
          List.of(
              PRIVILEGES,
              "If it comes back, two machines may have one address: see which by"
                  + " 'arping -D ADDRESS' (package iputils-arping).");
      case UNICAST_BLACKHOLE ->
          List.of(
              "Run 'limpet doctor' here and on " + name + ": a firewall there looks the same.",
              "On a mesh of 802.11s flush the mesh path ('iw dev IF mpath del MAC'), or let the"
                  + " node do it by its site hook.",
              "If it stays, let one side leave the radio network and join it again.");
      case ASYMMETRIC ->
          List.of(
              "Run 'limpet explain' for this machine on "
                  + name
                  + ": the side whose unicast dies has the fault.");
      case MULTICAST_DEAD ->
          List.of(
              "Nothing is lost: hellos go to known peers by unicast. New people are not found.",
              "Look for multicast or IGMP snooping filters at the access point or switch, and for"
                  + " power saving ('iw dev IF set power_save off').");
      case SELF_DEAF ->
          List.of("Run 'limpet doctor' here: it says which interface is deaf, and why it may be.");
      case PEER_GONE ->
          List.of(
              "See that " + name + " is switched on, in reach, and runs a node.",
              "If others hear it, run 'limpet doctor' here.");
    };
  }

  private static final String PRIVILEGES =
      "With privileges repair is faster and surer: run 'limpet linkd', or give the node"
          + " CAP_NET_ADMIN and CAP_NET_RAW.";
}
