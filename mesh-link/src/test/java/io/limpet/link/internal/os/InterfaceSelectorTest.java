package io.limpet.link.internal.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limpet.link.Bytes;
import io.limpet.link.LinkException;
import io.limpet.link.LinkInterface;
import io.limpet.link.internal.os.portable.NetworkTable;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InterfaceSelectorTest {
  private static final Bytes MAC = Bytes.of(new byte[] {2, 0, 0, 0, 0, 1});
  private final NetworkTable table = new NetworkTable();
  private final NetworkMonitor monitor = new TableMonitor(table);

  @Test
  void withoutNamesEveryInterfaceThatCanReachOthersIsUsed() {
    put(1, "lo", null, true, true, new LinkDetail(true, false, null, Map.of()));
    put(2, "wlan0", MAC, true, true, LinkDetail.UNKNOWN);
    put(3, "eth0", MAC, false, true, LinkDetail.UNKNOWN);
    put(4, "tun0", null, true, true, new LinkDetail(false, true, null, Map.of()));
    put(5, "eth1", MAC, true, true, new LinkDetail(false, false, "bridge", Map.of()));
    put(6, "br0", MAC, true, true, LinkDetail.UNKNOWN);
    put(7, "eth2", MAC, true, true, new LinkDetail(false, false, "vrf", Map.of()));
    put(8, "sit0", MAC, true, false, LinkDetail.UNKNOWN);

    assertThat(new InterfaceSelector(List.of()).select(monitor))
        .extracting(LinkInterface::name)
        .containsExactly("wlan0", "br0", "eth2");
  }

  @Test
  void namedInterfacesAreUsedWhateverTheyAre() throws LinkException {
    put(1, "lo", null, true, false, new LinkDetail(true, false, null, Map.of()));
    put(2, "wlan0", MAC, true, true, LinkDetail.UNKNOWN);
    InterfaceSelector selector = new InterfaceSelector(List.of("lo"));

    selector.check(monitor);
    assertThat(selector.select(monitor)).extracting(LinkInterface::name).containsExactly("lo");
  }

  @Test
  void aNameThatDoesNotExistIsAnErrorThatListsWhatDoes() {
    put(1, "lo", null, true, false, LinkDetail.UNKNOWN);
    put(2, "wlan0", MAC, false, true, LinkDetail.UNKNOWN);

    assertThatThrownBy(() -> new InterfaceSelector(List.of("wlan1")).check(monitor))
        .isInstanceOf(LinkException.class)
        .hasMessage("no interface wlan1; this machine has lo, wlan0 (down)");
  }

  private void put(
      int index,
      String name,
      @Nullable Bytes mac,
      boolean up,
      boolean multicast,
      LinkDetail detail) {
    table.put(new LinkInterface(index, name, mac, List.of(), up, multicast, 1500), detail);
  }

  private record TableMonitor(NetworkTable table) implements NetworkMonitor {
    @Override
    public void start(Listener listener) {
      table.listen(listener);
    }

    @Override
    public List<LinkInterface> interfaces() {
      return table.interfaces();
    }

    @Override
    public Optional<NeighbourEntry> neighbour(int interfaceIndex, InetAddress ip) {
      return table.neighbour(interfaceIndex, ip);
    }

    @Override
    public boolean seesNeighbours() {
      return true;
    }

    @Override
    public LinkDetail detail(int interfaceIndex) {
      return table.detail(interfaceIndex);
    }

    @Override
    public void close() {}
  }
}
