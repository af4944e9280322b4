package io.limpet.rig.internal.kernel;

import io.limpet.rig.MacAddress;
import io.limpet.rig.RadioCounters;
import io.limpet.rig.RigDevice;
import io.limpet.rig.RigException;
import io.limpet.rig.internal.fleet.Addresses;
import io.limpet.rig.internal.os.Commands;
import io.limpet.rig.internal.os.NamespaceSweep;
import io.limpet.rig.internal.os.Namespaces;
import io.limpet.rig.internal.os.Owner;
import java.util.ArrayList;
import java.util.List;

/**
 * Two devices joined by a plain veth pair: no medium of ours between the kernels, to see how fast
 * programs are rather than how they bear loss. Their radio counters do not exist.
 */
public final class Cable implements AutoCloseable {
  private static final int MTU = 1500;

  private final Namespaces namespaces = new Namespaces();
  private final Spawner spawner = new Spawner();
  private final List<String> namespaceNames = new ArrayList<>();
  private final List<KernelDevice> devices = new ArrayList<>();

  private Cable() {}

  /** Lays a cable between two devices of these names. */
  public static Cable start(String left, String right) {
    NamespaceSweep.removeOrphans();
    Cable cable = new Cable();
    try {
      cable.lay(List.of(left, right));
      return cable;
    } catch (RuntimeException e) {
      cable.close();
      throw e;
    }
  }

  private void lay(List<String> names) {
    Owner owner = Owner.current();
    int number = KernelRig.nextNumber();
    for (String name : names) {
      String namespace = owner.namespace(number, "d-" + name);
      namespaceNames.add(namespace);
      Commands.run(List.of("ip", "netns", "add", namespace));
    }
    RadioInterface.cable(namespaceNames.get(0), namespaceNames.get(1), MTU);
    for (int i = 0; i < names.size(); i++) {
      devices.add(
          new KernelDevice(
              names.get(i), namespaceNames.get(i), i, 1, namespaces, spawner, plug(i)));
    }
  }

  private static KernelDevice.Attachment plug(int index) {
    return new KernelDevice.Attachment() {
      @Override
      public MacAddress mac() {
        return Addresses.mac(index, 0);
      }

      @Override
      public RadioCounters counters() {
        throw new RigException("a cable has no radio");
      }
    };
  }

  /** Returns the device at its left end, then the one at its right. */
  public List<RigDevice> devices() {
    return List.copyOf(devices);
  }

  /** Kills the processes and removes the namespaces. */
  @Override
  public void close() {
    spawner.close();
    devices.forEach(KernelDevice::close);
    namespaceNames.forEach(NamespaceSweep::remove);
    namespaceNames.clear();
    namespaces.close();
  }
}
