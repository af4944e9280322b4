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
  /** What it is called in every device. */
  static final String NAME = "mesh0";

  private static final int TRANSMIT_QUEUE_FRAMES = 1000;

  private RadioInterface() {}

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
      int device,
      int mtu) {
    int descriptor;
    if (kind == MediumKind.TAP) {
      descriptor = namespaces.inside(namespace, () -> FrameDescriptors.openTap(NAME));
    } else {
      String home = air.orElseThrow(() -> new RigException("a veth pair needs a far end"));
      String farEnd = "air" + device;
      String pair =
          "link add "
              + farEnd
              + " type veth peer name "
              + NAME
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
            FrameDescriptors.disableOffloads(NAME);
            return true;
          });
    }
    configure(kind, namespace, device, mtu);
    return descriptor;
  }

  /** Joins two devices, numbers 0 and 1, by a plain veth pair, offloads and all. */
  static void cable(String left, String right, int mtu) {
    String pair = "link add " + NAME + " type veth peer name " + NAME + " netns " + right + "\n";
    Commands.run(List.of("ip", "-n", left, "-batch", "-"), pair);
    // Configured as a TAP device is: nothing is taken from what veth offers.
    configure(MediumKind.TAP, left, 0, mtu);
    configure(MediumKind.TAP, right, 1, mtu);
  }

  // Addresses are given, not generated: they stay when the MAC changes. Duplicate address detection
  // would make them wait.
  private static void configure(MediumKind kind, String namespace, int device, int mtu) {
    String link = "link set dev " + NAME + " ";
    StringBuilder batch = new StringBuilder("link set dev lo up\n");
    batch.append(link).append("addrgenmode none mtu ").append(mtu).append('\n');
    batch.append(link).append("address ").append(Addresses.mac(device, 0)).append('\n');
    batch.append(link).append("txqueuelen ").append(TRANSMIT_QUEUE_FRAMES).append('\n');
    if (kind == MediumKind.VETH) {
      batch.append(link).append("gso_max_segs 1\n");
    }
    batch
        .append("addr add ")
        .append(Addresses.ipv4(device).getHostAddress())
        .append('/')
        .append(Addresses.IPV4_PREFIX)
        .append(" brd + dev ")
        .append(NAME)
        .append('\n');
    batch
        .append("addr add ")
        .append(Addresses.ipv6LinkLocal(device).getHostAddress())
        .append("/64 dev ")
        .append(NAME)
        .append(" nodad\n");
    batch.append(link).append("up\n");
    // Programs that name no interface for their multicast would otherwise find no route.
    batch.append("route add 224.0.0.0/4 dev ").append(NAME).append('\n');
    Commands.run(List.of("ip", "-n", namespace, "-batch", "-"), batch.toString());
  }

  /**
   * Changes the MAC and puts back, as if nothing had happened, the neighbour entries that the
   * change flushes. The caller sees to it that no ARP or neighbour discovery gets out meanwhile.
   */
  static void changeMac(String namespace, MacAddress mac, List<NeighbourTable.Entry> entries) {
    StringBuilder batch = new StringBuilder();
    batch.append("link set dev ").append(NAME).append(" address ").append(mac).append('\n');
    for (NeighbourTable.Entry entry : entries) {
      entry
          .restoreArguments(NAME)
          .ifPresent(arguments -> batch.append("neigh replace ").append(arguments).append('\n'));
    }
    Commands.run(List.of("ip", "-n", namespace, "-batch", "-"), batch.toString());
  }
}
