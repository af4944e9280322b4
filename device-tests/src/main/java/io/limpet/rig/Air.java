package io.limpet.rig;

import java.util.List;

/**
 * The air of one network of a {@link Rig}, and the faults it can have.
 *
 * <p>May be used from any thread. A change has taken effect when its method returns; frames that
 * were on their way before may still arrive.
 */
public interface Air {
  /** Sets what every link is like, in both directions. */
  void link(LinkSettings settings);

  /** Sets what the link between two devices is like, in both directions. */
  default void link(RigDevice a, RigDevice b, LinkSettings settings) {
    link(a, b, Direction.BOTH, settings);
  }

  /** Sets what the link between two devices is like. */
  void link(RigDevice a, RigDevice b, Direction direction, LinkSettings settings);

  /** What one direction is like now. */
  LinkSettings linkSettings(RigDevice from, RigDevice to);

  /** Gives frames of any kind, on every link, this probability of loss; all else stays as it is. */
  void loss(double probability);

  /** Gives frames of any kind between two devices this probability of loss, in both directions. */
  default void loss(RigDevice a, RigDevice b, double probability) {
    for (Direction direction : List.of(Direction.FORWARD, Direction.BACKWARD)) {
      boolean forward = direction.forward();
      LinkSettings now = forward ? linkSettings(a, b) : linkSettings(b, a);
      link(a, b, direction, now.withLoss(probability));
    }
  }

  /**
   * The fault of 2008: unicast between the two is swallowed in both directions; multicast,
   * broadcast, and address resolution pass.
   */
  default void blackHole(RigDevice a, RigDevice b) {
    blackHole(a, b, Direction.BOTH, NeighbourTraffic.PASSES);
  }

  /**
   * Swallows unicast between two devices, in the directions given; multicast and broadcast pass.
   */
  void blackHole(RigDevice a, RigDevice b, Direction direction, NeighbourTraffic neighbourTraffic);

  /**
   * The same fault as the firmware of 2008 had it: the radio of one device keeps a dead way to
   * another in its forwarding table. Unicast that way is swallowed, address resolution too, until
   * the other is heard to multicast or broadcast ARP or neighbour discovery; then the way is found
   * again. The way back is not concerned.
   */
  void forgetWay(RigDevice from, RigDevice to);

  /** Nothing passes between the two any more, as if out of each other's reach. */
  default void cut(RigDevice a, RigDevice b) {
    cut(a, b, Direction.BOTH);
  }

  /** Nothing passes between the two any more, in the directions given. */
  void cut(RigDevice a, RigDevice b, Direction direction);

  /** Takes back {@link #cut}, in both directions. */
  void restore(RigDevice a, RigDevice b);

  /**
   * Takes back every black hole, forgotten way and cut between the two, in both directions; link
   * settings stay.
   */
  void heal(RigDevice a, RigDevice b);

  /**
   * Takes back every black hole, forgotten way and cut, and switches all radios on; link settings
   * stay.
   */
  void healAll();

  /** Switches a device's radio off: it neither sends nor receives, and its kernel is not told. */
  void radioOff(RigDevice device);

  /** Switches it on again. */
  void radioOn(RigDevice device);

  /**
   * Changes a device's MAC without anybody being told: the others go on sending to the old one,
   * which no radio answers to. The device keeps its addresses and its own neighbour entries; its
   * ARP and neighbour discovery are withheld meanwhile.
   *
   * @return the new MAC
   */
  MacAddress silentMacChange(RigDevice device);

  /** What became of the frames of one direction. */
  LinkCounters counters(RigDevice from, RigDevice to);
}
