package io.limpet.link;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Something that happened on the link. All are values. */
public sealed interface LinkEvent {

  /** An event about one peer. */
  sealed interface PeerEvent extends LinkEvent {
    /** Returns the peer's address. */
    MeshAddress peer();
  }

  /** A peer was heard for the first time, or again after silence. */
  record PeerHeard(MeshAddress peer, PeerInfo info, boolean afterSilence) implements PeerEvent {}

  /** A peer's signed announcement (nickname, announcement bytes, addresses) changed. */
  record PeerChanged(MeshAddress peer, PeerInfo info) implements PeerEvent {}

  /** A peer came back with a higher epoch: everything shared with it before is gone. */
  record PeerRestarted(MeshAddress peer, PeerInfo info, long previousEpoch) implements PeerEvent {}

  /** A peer said goodbye. */
  record PeerGoodbye(MeshAddress peer) implements PeerEvent {}

  /**
   * A peer has missed enough evidence to be in doubt; {@code silentFor} is the time since the last.
   */
  record PeerMissed(MeshAddress peer, Duration silentFor) implements PeerEvent {}

  /** Nothing has been heard from a peer, on any carrier, for long enough. */
  record PeerSilent(MeshAddress peer, Duration silentFor) implements PeerEvent {}

  /**
   * An outage is over (peer heard again, path confirmed, address regained): transports transmit at
   * once and pay no back-off.
   */
  record PeerReachable(MeshAddress peer, String evidence) implements PeerEvent {}

  /** The way a peer is reached has changed. */
  record PathChanged(
      MeshAddress peer,
      PathState from,
      PathState to,
      @Nullable String interfaceName,
      @Nullable Carrier carrier,
      String reason)
      implements PeerEvent {}

  /**
   * Another size of datagrams passes on a path to a peer, or is known to: transports ask {@link
   * MeshDatagrams#maxPayloadBytes} anew. {@code mtuBytes} is the size of the largest IP packet,
   * headers included.
   */
  record PathMtuChanged(
      MeshAddress peer,
      String interfaceName,
      Carrier carrier,
      int previousMtuBytes,
      int mtuBytes,
      String reason)
      implements PeerEvent {}

  /**
   * What is believed to be wrong with a peer as a whole has changed; {@link Diagnosis#NONE} when
   * nothing is, or no more.
   *
   * @param from what was believed before
   * @param to what is believed now
   * @param evidence why, as names and values fit to print
   */
  record PeerDiagnosed(MeshAddress peer, Diagnosis from, Diagnosis to, Map<String, String> evidence)
      implements PeerEvent {}

  /**
   * What is believed to be wrong with one link has changed: one interface, one carrier, one
   * direction.
   *
   * @param outbound true for from here to the peer
   * @param from what was believed before
   * @param to what is believed now
   * @param evidence why, as names and values fit to print
   */
  record LinkDiagnosed(
      MeshAddress peer,
      String interfaceName,
      Carrier carrier,
      boolean outbound,
      Diagnosis from,
      Diagnosis to,
      Map<String, String> evidence)
      implements PeerEvent {}

  /**
   * What is believed to be wrong with an interface of this machine has changed, whoever the peers.
   *
   * @param carrier which of its carriers
   * @param from what was believed before
   * @param to what is believed now
   * @param evidence why, as names and values fit to print
   */
  record InterfaceDiagnosed(
      String interfaceName,
      Carrier carrier,
      Diagnosis from,
      Diagnosis to,
      Map<String, String> evidence)
      implements LinkEvent {}

  /** Repair of unicast to a peer began. */
  record RepairStarted(MeshAddress peer, Diagnosis diagnosis, Map<String, String> evidence)
      implements PeerEvent {}

  /**
   * One rung of the ladder was tried. {@code outcome} is a short word such as "done" or "denied".
   */
  record RepairStep(
      MeshAddress peer,
      Diagnosis diagnosis,
      String step,
      String outcome,
      Map<String, String> evidence)
      implements PeerEvent {}

  /** A unicast round trip proved the repair. */
  record RepairSucceeded(
      MeshAddress peer, Diagnosis diagnosis, Duration took, Map<String, String> evidence)
      implements PeerEvent {}

  /** The ladder ended without success; unicast is still probed with back-off. */
  record RepairGaveUp(
      MeshAddress peer, Diagnosis diagnosis, Duration took, Map<String, String> evidence)
      implements PeerEvent {}

  /**
   * This process or the whole machine did not run for {@code suspendedFor} (stopped, asleep,
   * starved) and does again: what was not heard in that time says nothing about any peer.
   */
  record Resumed(Duration suspendedFor) implements LinkEvent {}

  /** A local address appeared. */
  record AddressAdded(String interfaceName, String address) implements LinkEvent {}

  /** A local address vanished. */
  record AddressRemoved(String interfaceName, String address) implements LinkEvent {}

  /**
   * Hostile or damaged input was dropped; emitted at a bounded rate with the count since the last.
   */
  record SecurityRejected(String reason, String source, long count) implements LinkEvent {}
}
