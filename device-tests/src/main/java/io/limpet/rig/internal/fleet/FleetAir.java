package io.limpet.rig.internal.fleet;

import io.limpet.rig.Air;
import io.limpet.rig.Direction;
import io.limpet.rig.LinkCounters;
import io.limpet.rig.LinkSettings;
import io.limpet.rig.MacAddress;
import io.limpet.rig.NeighbourTraffic;
import io.limpet.rig.RigDevice;
import io.limpet.rig.internal.medium.Medium;
import io.limpet.rig.internal.radio.RadioModel;
import java.util.List;
import java.util.function.Function;

/** One network's stations in a medium that may have more. */
final class FleetAir implements Air {
  private final Medium medium;
  private final List<RigDevice> devices;
  private final int first;
  private final Function<RigDevice, MacAddress> silentChange;

  /**
   * Speaks for the stations of the devices, in their order.
   *
   * @param first the station of the first device
   * @param silentChange changes a device's MAC on this network
   */
  FleetAir(
      Medium medium,
      List<RigDevice> devices,
      int first,
      Function<RigDevice, MacAddress> silentChange) {
    this.medium = medium;
    this.devices = devices;
    this.first = first;
    this.silentChange = silentChange;
  }

  @Override
  public void link(LinkSettings settings) {
    medium.change((air, now) -> eachPair((from, to) -> air.setLink(now, from, to, settings)));
  }

  @Override
  public void link(RigDevice a, RigDevice b, Direction direction, LinkSettings settings) {
    each(a, b, direction, (air, now, from, to) -> air.setLink(now, from, to, settings));
  }

  @Override
  public LinkSettings linkSettings(RigDevice from, RigDevice to) {
    int sender = index(from);
    int receiver = index(to);
    return medium.call((air, now) -> air.link(sender, receiver));
  }

  @Override
  public void loss(double probability) {
    medium.change(
        (air, now) ->
            eachPair(
                (from, to) ->
                    air.setLink(now, from, to, air.link(from, to).withLoss(probability))));
  }

  @Override
  public void blackHole(
      RigDevice a, RigDevice b, Direction direction, NeighbourTraffic neighbourTraffic) {
    each(
        a, b, direction, (air, now, from, to) -> air.setBlackHole(now, from, to, neighbourTraffic));
  }

  @Override
  public void forgetWay(RigDevice from, RigDevice to) {
    each(
        from,
        to,
        Direction.FORWARD,
        (air, now, sender, receiver) -> air.setForgotten(now, sender, receiver, true));
  }

  @Override
  public void cut(RigDevice a, RigDevice b, Direction direction) {
    each(a, b, direction, (air, now, from, to) -> air.setCut(now, from, to, true));
  }

  @Override
  public void restore(RigDevice a, RigDevice b) {
    each(a, b, Direction.BOTH, (air, now, from, to) -> air.setCut(now, from, to, false));
  }

  @Override
  public void heal(RigDevice a, RigDevice b) {
    each(a, b, Direction.BOTH, FleetAir::healDirection);
  }

  @Override
  public void healAll() {
    medium.change(
        (air, now) -> {
          eachPair((from, to) -> healDirection(air, now, from, to));
          for (int i = 0; i < devices.size(); i++) {
            air.setOn(now, first + i, true);
          }
        });
  }

  @Override
  public void radioOff(RigDevice device) {
    int station = index(device);
    medium.change((air, now) -> air.setOn(now, station, false));
  }

  @Override
  public void radioOn(RigDevice device) {
    int station = index(device);
    medium.change((air, now) -> air.setOn(now, station, true));
  }

  @Override
  public LinkCounters counters(RigDevice from, RigDevice to) {
    int sender = index(from);
    int receiver = index(to);
    return medium.call((air, now) -> air.counters(sender, receiver));
  }

  @Override
  public MacAddress silentMacChange(RigDevice device) {
    index(device);
    return silentChange.apply(device);
  }

  private int index(RigDevice device) {
    int index = devices.indexOf(device);
    if (index < 0) {
      throw new IllegalArgumentException(device.name() + " is not of this rig");
    }
    return first + index;
  }

  private interface OneWay {
    void apply(RadioModel air, long nowNs, int from, int to);
  }

  private interface Pair {
    void apply(int from, int to);
  }

  private static void healDirection(RadioModel air, long nowNs, int from, int to) {
    air.setBlackHole(nowNs, from, to, null);
    air.setForgotten(nowNs, from, to, false);
    air.setCut(nowNs, from, to, false);
  }

  private void each(RigDevice a, RigDevice b, Direction direction, OneWay change) {
    int here = index(a);
    int there = index(b);
    if (here == there) {
      throw new IllegalArgumentException("a link needs two devices, not twice " + a.name());
    }
    medium.change(
        (air, now) -> {
          if (direction.forward()) {
            change.apply(air, now, here, there);
          }
          if (direction.backward()) {
            change.apply(air, now, there, here);
          }
        });
  }

  private void eachPair(Pair change) {
    for (int from = 0; from < devices.size(); from++) {
      for (int to = 0; to < devices.size(); to++) {
        if (from != to) {
          change.apply(first + from, first + to);
        }
      }
    }
  }
}
