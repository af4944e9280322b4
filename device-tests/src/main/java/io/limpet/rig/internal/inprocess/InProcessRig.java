package io.limpet.rig.internal.inprocess;

import io.limpet.rig.Airtime;
import io.limpet.rig.LinkSettings;
import io.limpet.rig.MacAddress;
import io.limpet.rig.RigLauncher;
import io.limpet.rig.internal.fleet.Addresses;
import io.limpet.rig.internal.fleet.Fleet;
import io.limpet.rig.internal.medium.Medium;
import io.limpet.rig.internal.radio.RadioModel;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A rig without kernels: the same air, its ports Java objects. */
public final class InProcessRig extends Fleet {
  private final int[] macChanges;

  private InProcessRig(
      RigLauncher.Choice choice, long seed, Medium medium, List<InProcessDevice> devices) {
    super(choice, seed, medium, devices, 1);
    macChanges = new int[devices.size()];
  }

  /** Builds it. */
  public static InProcessRig start(
      RigLauncher.Choice choice,
      long seed,
      List<String> names,
      LinkSettings link,
      Airtime airtime) {
    List<Long> macs =
        IntStream.range(0, names.size()).mapToObj(i -> Addresses.mac(i, 0).value()).toList();
    Medium medium =
        new Medium(
            new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("limpet-radio", true), LocalIoHandler.newFactory()),
            new RadioModel(seed, macs, link, airtime));
    List<InProcessDevice> devices = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      InProcessPort port = new InProcessPort(medium, i, names);
      medium.attach(i, port);
      devices.add(new InProcessDevice(names.get(i), i, medium, port));
    }
    return new InProcessRig(choice, seed, medium, devices);
  }

  @Override
  protected MacAddress silentMacChange(int network, int station) {
    synchronized (macChanges) {
      MacAddress mac = Addresses.mac(station, ++macChanges[station]);
      medium.change((air, now) -> air.setMac(now, station, mac.value()));
      return mac;
    }
  }

  @Override
  public void close() {
    medium.close();
  }
}
