package io.limpet.rig.internal.kernel;

import io.limpet.rig.MacAddress;
import io.limpet.rig.MediumKind;
import io.limpet.rig.RigException;
import io.limpet.rig.internal.fleet.Addresses;
import io.limpet.rig.internal.os.Commands;
import io.limpet.rig.internal.os.FrameDescriptors;
import io.limpet.rig.internal.os.Namespaces;
import java.util.List;
import java.util.Optional;

/** Makes and configures the radio interface of a device. */
final class RadioInterface {
  private static final String PREFIX = "mesh";

  /** What that of the first network is called in every device. */
  static final String NAME = PREFIX + 0;

  private static final int TRANSMIT_QUEUE_FRAMES = 1000;

  private RadioInterface() {}

  /** What it is called in every device. */
  static String name(int network) {
    return PREFIX + network;
  }

  /**
   * Makes the interface and brings it up.
   *
   * @param air the namespace in which the far end of a veth pair lives
   * @return the descriptor of its far end
   */
  static int create(
      Namespaces namespaces,
      MediumKind kind,
      String namespace,
      Optional<String> air,
      int network,
      int device,
      int mtu) {
    String name = name(network);
    int descriptor;
    if (kind == MediumKind.TAP) {
      descriptor = namespaces.inside(namespace, () -> FrameDescriptors.openTap(name));
    } else {
      String home = air.orElseThrow(() -> new RigException("a veth pair needs a far end"));
      String farEnd = "air" + network + "-" + device;
      String pair =
          "link add "
              + farEnd
              + " type veth peer name "
              + name
              + " netns "
              + namespace
              + "\nlink set "
              + farEnd
              + " addrgenmode none mtu "
              + mtu
              + "\nlink set "
              + farEnd
              + " arp off up\n";
      Commands.run(List.of("ip", "-n", home, "-batch", "-"), pair);
      descriptor = namespaces.inside(home, () -> FrameDescriptors.openPacketSocket(farEnd));
      namespaces.inside(
          namespace,
          () -> {
            FrameDescriptors.disableOffloads(name);
            return true;
          });
    }
    configure(kind, namespace, network, device, mtu);
    return descriptor;
  }

  /** Joins two devices, numbers 0 and 1, by a plain veth pair, offloads and all. */
  static void cable(String left, String right, int mtu) {
    String pair = "link add " + NAME + " type veth peer name " + NAME + " netns " + right + "\n";
    Commands.run(List.of("ip", "-n", left, "-batch", "-"), pair);
    // Configured as a TAP device is: nothing is taken from what veth offers.
    configure(MediumKind.TAP, left, 0, 0, mtu);
    configure(MediumKind.TAP, right, 0, 1, mtu);
  }

  // Addresses are given, not generated: they stay when the MAC changes. Duplicate address detection
  // would make them wait.
  private static void configure(
      MediumKind kind, String namespace, int network, int device, int mtu) {
    String name = name(network);
    String link = "link set dev " + name + " ";
    StringBuilder batch = new StringBuilder("link set dev lo up\n");
    batch.append(link).append("addrgenmode none mtu ").append(mtu).append('\n');
    batch.append(link).append("address ").append(Addresses.mac(network, device, 0)).append('\n');
    batch.append(link).append("txqueuelen ").append(TRANSMIT_QUEUE_FRAMES).append('\n');
    if (kind == MediumKind.VETH) {
      batch.append(link).append("gso_max_segs 1\n");
    }
    batch
        .append("addr add ")
        .append(Addresses.ipv4(network, device).getHostAddress())
        .append('/')
        .append(Addresses.IPV4_PREFIX)
        .append(" brd + dev ")
        .append(name)
        .append('\n');
    batch
        .append("addr add ")
        .append(Addresses.ipv6LinkLocal(network, device).getHostAddress())
        .append("/64 dev ")
        .append(name)
        .append(" nodad\n");
    batch.append(link).append("up\n");
    // Programs that name no interface for their multicast would otherwise find no route.
    batch
        .append("route add 224.0.0.0/4 dev ")
        .append(name)
        .append(" metric ")
        .append(network)
        .append('\n');
    Commands.run(List.of("ip", "-n", namespace, "-batch", "-"), batch.toString());
  }

  /**
   * Changes the MAC and puts back, as if nothing had happened, the neighbour entries that the
   * change flushes. The caller sees to it that no ARP or neighbour discovery gets out meanwhile.
   */
  static void changeMac(
      String namespace, String name, MacAddress mac, List<NeighbourTable.Entry> entries) {
    StringBuilder batch = new StringBuilder();
    batch.append("link set dev ").append(name).append(" address ").append(mac).append('\n');
    for (NeighbourTable.Entry entry : entries) {
      entry
          .restoreArguments(name)
          .ifPresent(arguments -> batch.append("neigh replace ").append(arguments).append('\n'));
    }
    Commands.run(List.of("ip", "-n", namespace, "-batch", "-"), batch.toString());
  }
}
