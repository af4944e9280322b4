package io.limpet.rig.internal.fleet;

import io.limpet.rig.Direction;
import io.limpet.rig.Lateness;
import io.limpet.rig.LinkCounters;
import io.limpet.rig.LinkSettings;
import io.limpet.rig.MediumKind;
import io.limpet.rig.NeighbourTraffic;
import io.limpet.rig.Rig;
import io.limpet.rig.RigDevice;
import io.limpet.rig.RigLauncher;
import io.limpet.rig.internal.medium.Medium;
import io.limpet.rig.internal.radio.RadioModel;
import java.time.Duration;
import java.util.List;

/** The part of a rig that is about the air, whatever is on its ends. */
public abstract class Fleet implements Rig {
  /** The air. */
  protected final Medium medium;

  private final RigLauncher.Choice choice;
  private volatile long seed;
  private final List<RigDevice> devices;

  /** The devices' order is the order of the medium's stations. */
  protected Fleet(
      RigLauncher.Choice choice, long seed, Medium medium, List<? extends RigDevice> devices) {
    this.choice = choice;
    this.seed = seed;
    this.medium = medium;
    this.devices = List.copyOf(devices);
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
  public final void link(LinkSettings settings) {
    medium.change((air, now) -> eachPair((from, to) -> air.setLink(now, from, to, settings)));
  }

  @Override
  public final void link(RigDevice a, RigDevice b, Direction direction, LinkSettings settings) {
    each(a, b, direction, (air, now, from, to) -> air.setLink(now, from, to, settings));
  }

  @Override
  public final LinkSettings linkSettings(RigDevice from, RigDevice to) {
    int sender = index(from);
    int receiver = index(to);
    return medium.call((air, now) -> air.link(sender, receiver));
  }

  @Override
  public final void loss(double probability) {
    medium.change(
        (air, now) ->
            eachPair(
                (from, to) ->
                    air.setLink(now, from, to, air.link(from, to).withLoss(probability))));
  }

  @Override
  public final void blackHole(
      RigDevice a, RigDevice b, Direction direction, NeighbourTraffic neighbourTraffic) {
    each(
        a, b, direction, (air, now, from, to) -> air.setBlackHole(now, from, to, neighbourTraffic));
  }

  @Override
  public final void cut(RigDevice a, RigDevice b, Direction direction) {
    each(a, b, direction, (air, now, from, to) -> air.setCut(now, from, to, true));
  }

  @Override
  public final void restore(RigDevice a, RigDevice b) {
    each(a, b, Direction.BOTH, (air, now, from, to) -> air.setCut(now, from, to, false));
  }

  @Override
  public final void heal(RigDevice a, RigDevice b) {
    each(a, b, Direction.BOTH, Fleet::healDirection);
  }

  @Override
  public final void healAll() {
    medium.change(
        (air, now) -> {
          eachPair((from, to) -> healDirection(air, now, from, to));
          for (int station = 0; station < devices.size(); station++) {
            air.setOn(now, station, true);
          }
        });
  }

  @Override
  public final void radioOff(RigDevice device) {
    int station = index(device);
    medium.change((air, now) -> air.setOn(now, station, false));
  }

  @Override
  public final void radioOn(RigDevice device) {
    int station = index(device);
    medium.change((air, now) -> air.setOn(now, station, true));
  }

  @Override
  public final LinkCounters counters(RigDevice from, RigDevice to) {
    int sender = index(from);
    int receiver = index(to);
    return medium.call((air, now) -> air.counters(sender, receiver));
  }

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

  /** A device's station. */
  protected final int index(RigDevice device) {
    int index = devices.indexOf(device);
    if (index < 0) {
      throw new IllegalArgumentException(device.name() + " is not of this rig");
    }
    return index;
  }

  private interface OneWay {
    void apply(RadioModel air, long nowNs, int from, int to);
  }

  private interface Pair {
    void apply(int from, int to);
  }

  private static void healDirection(RadioModel air, long nowNs, int from, int to) {
    air.setBlackHole(nowNs, from, to, null);
    air.setCut(nowNs, from, to, false);
  }

  private void each(RigDevice a, RigDevice b, Direction direction, OneWay change) {
    int first = index(a);
    int second = index(b);
    if (first == second) {
      throw new IllegalArgumentException("a link needs two devices, not twice " + a.name());
    }
    medium.change(
        (air, now) -> {
          if (direction.forward()) {
            change.apply(air, now, first, second);
          }
          if (direction.backward()) {
            change.apply(air, now, second, first);
          }
        });
  }

  private void eachPair(Pair change) {
    for (int from = 0; from < devices.size(); from++) {
      for (int to = 0; to < devices.size(); to++) {
        if (from != to) {
          change.apply(from, to);
        }
      }
    }
  }
}
