package io.limpet.rig.internal.fleet;

import io.limpet.rig.Air;
import io.limpet.rig.AirUse;
import io.limpet.rig.Direction;
import io.limpet.rig.Lateness;
import io.limpet.rig.LinkCounters;
import io.limpet.rig.LinkSettings;
import io.limpet.rig.MacAddress;
import io.limpet.rig.MediumKind;
import io.limpet.rig.NeighbourTraffic;
import io.limpet.rig.Rig;
import io.limpet.rig.RigDevice;
import io.limpet.rig.RigLauncher;
import io.limpet.rig.internal.medium.Medium;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What every kind of rig has in common: devices, and the air of each network. */
public abstract class Fleet implements Rig {
  /** The air. */
  protected final Medium medium;

  private final RigLauncher.Choice choice;
  private volatile long seed;
  private final List<RigDevice> devices;
  private final List<Air> networks;

  /**
   * The devices' order is the order of the medium's stations on the first network; those of the
   * second follow, and so on.
   */
  protected Fleet(
      RigLauncher.Choice choice,
      long seed,
      Medium medium,
      List<? extends RigDevice> devices,
      int networkCount) {
    this.choice = choice;
    this.seed = seed;
    this.medium = medium;
    this.devices = List.copyOf(devices);
    List<Air> airs = new ArrayList<>();
    for (int number = 0; number < networkCount; number++) {
      int network = number;
      airs.add(
          new FleetAir(
              medium,
              this.devices,
              network * devices.size(),
              device -> silentMacChange(network, this.devices.indexOf(device))));
    }
    networks = List.copyOf(airs);
  }

  @Override
  public final MediumKind kind() {
    return choice.kind();
  }

  @Override
  public final String kindReason() {
    return choice.reason();
  }

  @Override
  public final long seed() {
    return seed;
  }

  @Override
  public final void reseed(long newSeed) {
    medium.change((air, now) -> air.reseed(newSeed));
    seed = newSeed;
  }

  @Override
  public final List<RigDevice> devices() {
    return devices;
  }

  @Override
  public final RigDevice device(String name) {
    return devices.stream()
        .filter(device -> device.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no device is called " + name));
  }

  @Override
  public final Air network(int number) {
    if (number < 0 || number >= networks.size()) {
      throw new IllegalArgumentException("there is no network " + number);
    }
    return networks.get(number);
  }

  @Override
  public final void link(LinkSettings settings) {
    network(0).link(settings);
  }

  @Override
  public final void link(RigDevice a, RigDevice b, Direction direction, LinkSettings settings) {
    network(0).link(a, b, direction, settings);
  }

  @Override
  public final LinkSettings linkSettings(RigDevice from, RigDevice to) {
    return network(0).linkSettings(from, to);
  }

  @Override
  public final void loss(double probability) {
    network(0).loss(probability);
  }

  @Override
  public final void blackHole(
      RigDevice a, RigDevice b, Direction direction, NeighbourTraffic neighbourTraffic) {
    network(0).blackHole(a, b, direction, neighbourTraffic);
  }

  @Override
  public final void forgetWay(RigDevice from, RigDevice to) {
    network(0).forgetWay(from, to);
  }

  @Override
  public final void cut(RigDevice a, RigDevice b, Direction direction) {
    network(0).cut(a, b, direction);
  }

  @Override
  public final void restore(RigDevice a, RigDevice b) {
    network(0).restore(a, b);
  }

  @Override
  public final void heal(RigDevice a, RigDevice b) {
    network(0).heal(a, b);
  }

  @Override
  public final void healAll() {
    network(0).healAll();
  }

  @Override
  public final void radioOff(RigDevice device) {
    network(0).radioOff(device);
  }

  @Override
  public final void radioOn(RigDevice device) {
    network(0).radioOn(device);
  }

  @Override
  public final MacAddress silentMacChange(RigDevice device) {
    return network(0).silentMacChange(device);
  }

  @Override
  public final LinkCounters counters(RigDevice from, RigDevice to) {
    return network(0).counters(from, to);
  }

  /**
   * Changes a device's MAC on a network without anybody being told.
   *
   * @param index of the device, which is its station's on the first network
   */
  protected abstract MacAddress silentMacChange(int network, int index);

  @Override
  public final Lateness lateness() {
    return medium.lateness();
  }

  @Override
  public final Lateness takeLateness() {
    return medium.takeLateness();
  }

  @Override
  public final Duration airCpu() {
    return medium.cpu();
  }

  @Override
  public final AirUse airUse() {
    return medium.call((air, now) -> air.use());
  }
}
