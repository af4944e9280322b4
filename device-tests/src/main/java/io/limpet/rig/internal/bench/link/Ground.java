package io.limpet.rig.internal.bench.link;

import io.limpet.rig.Air;
import io.limpet.rig.LinkCounters;
import io.limpet.rig.MacAddress;
import io.limpet.rig.NeighbourEntry;
import io.limpet.rig.Rig;
import io.limpet.rig.RigDevice;
import io.limpet.rig.RigInterface;
import io.limpet.rig.internal.bench.stand.BenchException;
import io.limpet.rig.internal.bench.stand.Profile;
import io.limpet.rig.internal.bench.stand.Stand;
import io.limpet.rig.internal.os.Commands;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Two devices on an air of their own, and what faults do to them. */
final class Ground implements AutoCloseable {
  /** How long is watched which network carries. */
  private static final Duration WATCH = Duration.ofMillis(300);

  private final Rig rig;
  private final Family family;
  private final int networks;
  private InetAddress firstAddress;
  private int replacements;

  private Ground(Rig rig, Family family, int networks) {
    this.rig = rig;
    this.family = family;
    this.networks = networks;
    this.firstAddress = family.address(first().interfaces().get(0));
  }

  static Ground start(Family family, int networks) {
    Rig rig =
        Rig.builder().devices("oak", "elm").networks(networks).link(Profile.A.link(0)).start();
    for (int network = 1; network < networks; network++) {
      rig.network(network).link(Profile.A.link(0));
    }
    Ground ground = new Ground(rig, family, networks);
    rig.devices().forEach(family::prepare);
    return ground;
  }

  Rig rig() {
    return rig;
  }

  /** The device whose table or address is at fault. */
  RigDevice first() {
    return rig.devices().get(0);
  }

  /** The device that it speaks with. */
  RigDevice second() {
    return rig.devices().get(1);
  }

  /** Returns the second device's address, usable in the first. */
  InetAddress target() {
    InetAddress address = family.address(second().interfaces().get(0));
    return address instanceof Inet6Address six ? scoped(six, first()) : address;
  }

  /** Returns the first device's present address, usable in the second. */
  InetAddress backTarget() {
    return firstAddress instanceof Inet6Address six ? scoped(six, second()) : firstAddress;
  }

  private static InetAddress scoped(Inet6Address address, RigDevice in) {
    int scope = in.interfaces().get(0).ipv6LinkLocal().getScopeId();
    try {
      return Inet6Address.getByAddress(null, address.getAddress(), scope);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("16 octets are an IPv6 address", e);
    }
  }

  /** Runs {@code ip} in a device, several commands at once. */
  static void ip(RigDevice in, String... commands) {
    Commands.run(
        List.of("ip", "-n", in.namespace(), "-batch", "-"), String.join("\n", commands) + "\n");
  }

  /** Writes the first device's entry for the second. */
  void writeEntry(Optional<MacAddress> mac, String state) {
    ip(
        first(),
        "neigh replace "
            + Family.literal(target())
            + mac.map(known -> " lladdr " + known).orElse("")
            + " dev "
            + first().interfaceName()
            + " nud "
            + state);
  }

  /** Returns the first device's entry for the second. */
  Optional<NeighbourEntry> entry() {
    String wanted = Family.literal(target());
    return first().neighbourEntries().stream()
        .filter(entry -> Family.literal(entry.address()).equals(wanted))
        .findFirst();
  }

  /** Says whether that entry has the MAC that the second device really has. */
  boolean entryIsRight() {
    return entry()
        .filter(
            entry ->
                !entry.states().contains("FAILED")
                    && entry.mac().filter(second().mac()::equals).isPresent())
        .isPresent();
  }

  /** Commands that give the first device's interface another address instead of its own. */
  List<String> replacement() {
    String name = first().interfaceName();
    InetAddress old = firstAddress;
    replacements++;
    firstAddress = other(old, replacements);
    return List.of(
        "addr del "
            + Family.literal(old)
            + (family == Family.IPV4 ? "/24" : "/64")
            + " dev "
            + name,
        "addr add " + family.withPrefix(firstAddress) + " dev " + name);
  }

  private static InetAddress other(InetAddress address, int number) {
    byte[] octets = address.getAddress();
    octets[octets.length - 1] = (byte) (100 + number % 100);
    try {
      return InetAddress.getByAddress(octets);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("as many octets as before are an address", e);
    }
  }

  /** What an interface loses with its last address or when it goes down. */
  String multicastRoute() {
    return "route replace 224.0.0.0/4 dev " + first().interfaceName();
  }

  Family family() {
    return family;
  }

  /** What the medium did with the frames from the first device to the second, on one network. */
  LinkCounters there(int network) {
    return rig.network(network).counters(first(), second());
  }

  /** The same for the other direction. */
  LinkCounters back(int network) {
    return rig.network(network).counters(second(), first());
  }

  /** Unicast frames that have arrived there, on all networks. */
  long unicastThere() {
    long sum = 0;
    for (int network = 0; network < networks; network++) {
      sum += there(network).unicastDelivered();
    }
    return sum;
  }

  /** Unicast frames that have arrived back, on all networks. */
  long unicastBack() {
    long sum = 0;
    for (int network = 0; network < networks; network++) {
      sum += back(network).unicastDelivered();
    }
    return sum;
  }

  /**
   * Returns the number of the network on which most unicast goes there, by what the medium counts.
   */
  int carrying() throws BenchException {
    long[] before = new long[networks];
    for (int network = 0; network < networks; network++) {
      before[network] = there(network).unicastDelivered();
    }
    Stand.pause(WATCH);
    int most = 0;
    long best = 0;
    for (int network = 0; network < networks; network++) {
      long count = there(network).unicastDelivered() - before[network];
      if (count > best) {
        best = count;
        most = network;
      }
    }
    if (best == 0) {
      throw new BenchException("no network carries unicast before the fault");
    }
    return most;
  }

  Air network(int number) {
    return rig.network(number);
  }

  /** Takes back what the air was made to do, on all networks. */
  void healAll() {
    for (int network = 0; network < networks; network++) {
      rig.network(network).healAll();
    }
  }

  /** The interfaces of a device, for commands that concern all. */
  static List<String> names(RigDevice device) {
    return device.interfaces().stream().map(RigInterface::name).toList();
  }

  @Override
  public void close() {
    rig.close();
  }
}
