package io.limpet.link.internal.os.portable;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.LinkInterface;
import io.limpet.link.internal.os.LinkDetail;
import io.limpet.link.internal.os.NeighbourEntry;
import io.limpet.link.internal.os.NeighbourState;
import io.limpet.link.internal.os.NetworkMonitor;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NetworkTableTest {
  private final InetAddress one = ip(1);
  private final InetAddress two = ip(2);
  private final Heard heard = new Heard();
  private final NetworkTable table = new NetworkTable();

  @Test
  void nobodyIsToldOfWhatWasThereBefore() {
    table.put(face(one), LinkDetail.UNKNOWN);
    table.listen(heard);
    assertThat(heard.events).isEmpty();
    assertThat(table.interfaces()).containsExactly(face(one));
  }

  @Test
  void onlyDifferencesAreTold() {
    table.listen(heard);
    table.put(face(one), LinkDetail.UNKNOWN);
    table.put(face(one), LinkDetail.UNKNOWN);
    table.put(face(two), LinkDetail.UNKNOWN);
    assertThat(heard.events)
        .containsExactly(
            "interface 1", "added 10.0.0.1", "interface 1", "removed 10.0.0.1", "added 10.0.0.2");
  }

  @Test
  void anInterfaceThatVanishesTakesItsNeighboursAndAddressesAlongFirst() {
    table.put(face(one), LinkDetail.UNKNOWN);
    table.putNeighbour(entry(two, NeighbourState.STALE));
    table.listen(heard);
    table.retain(Set.of(2, 3));
    assertThat(heard.events)
        .containsExactly("neighbour-removed 10.0.0.2", "removed 10.0.0.1", "gone wlan0");
    assertThat(table.neighbour(1, two)).isEmpty();
  }

  @Test
  void aWholeTableIsTakenAsItsDifferences() {
    table.putNeighbour(entry(one, NeighbourState.STALE));
    table.listen(heard);
    table.replaceNeighbours(List.of(entry(two, NeighbourState.REACHABLE)));
    table.replaceNeighbours(List.of(entry(two, NeighbourState.REACHABLE)));
    assertThat(heard.events)
        .containsExactly("neighbour 10.0.0.2 REACHABLE", "neighbour-removed 10.0.0.1");
  }

  @Test
  void aListenerThatFailsDoesNotHideWhatFollows() {
    heard.failing = true;
    table.listen(heard);
    table.put(face(one, two), LinkDetail.UNKNOWN);
    assertThat(heard.events).containsExactly("interface 1", "added 10.0.0.1", "added 10.0.0.2");
  }

  private static LinkInterface face(InetAddress... addresses) {
    return new LinkInterface(1, "wlan0", null, List.of(addresses), true, true, 1500);
  }

  private static NeighbourEntry entry(InetAddress ip, NeighbourState state) {
    return new NeighbourEntry(1, ip, null, state);
  }

  private static InetAddress ip(int last) {
    try {
      return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static final class Heard implements NetworkMonitor.Listener {
    private final List<String> events = new ArrayList<>();
    private boolean failing;

    @Override
    public void onInterfaceChanged(LinkInterface now) {
      hear("interface " + now.index());
    }

    @Override
    public void onInterfaceRemoved(int interfaceIndex, String name) {
      hear("gone " + name);
    }

    @Override
    public void onAddressAdded(int interfaceIndex, InetAddress address) {
      hear("added " + address.getHostAddress());
    }

    @Override
    public void onAddressRemoved(int interfaceIndex, InetAddress address) {
      hear("removed " + address.getHostAddress());
    }

    @Override
    public void onNeighbourChanged(NeighbourEntry entry) {
      hear("neighbour " + entry.ip().getHostAddress() + " " + entry.state());
    }

    @Override
    public void onNeighbourRemoved(int interfaceIndex, InetAddress ip) {
      hear("neighbour-removed " + ip.getHostAddress());
    }

    private void hear(String event) {
      events.add(event);
      if (failing) {
        throw new IllegalStateException("a listener that always fails");
      }
    }
  }
}
