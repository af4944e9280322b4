package io.limpet.link.internal.os.portable;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.LinkInterface;
import io.limpet.link.internal.os.LinkDetail;
import io.limpet.link.internal.os.NeighbourEntry;
import io.limpet.link.internal.os.NeighbourState;
import io.limpet.link.internal.os.NetworkMonitor;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OrdinaryLinkControlTest {
  private final InetAddress own = ip(1);
  private final NetworkTable table = new NetworkTable();
  private final List<InetAddress> sent = new ArrayList<>();
  private final LinkInterface wlan =
      new LinkInterface(1, "wlan0", null, List.of(own), true, true, 1500);
  private final OrdinaryLinkControl control =
      new OrdinaryLinkControl(
          new TableMonitor(table),
          (on, source, destination) -> sent.add(destination),
          new SplittableRandom(1));

  @Test
  void knownNeighboursAreNotAskedForButThoseThatFailedAre() {
    table.put(wlan, new LinkDetail(false, false, null, Map.of(own, 29)));
    for (int i = 2; i <= 5; i++) {
      table.putNeighbour(new NeighbourEntry(1, ip(i), null, NeighbourState.STALE));
    }
    table.putNeighbour(new NeighbourEntry(1, ip(6), null, NeighbourState.FAILED));

    assertThat(control.provokeRequest(wlan, own).done()).isTrue();
    assertThat(control.provokeRequest(wlan, own).done()).isTrue();
    assertThat(sent).containsExactly(ip(6), ip(6));
  }

  @Test
  void anUnknownPrefixIsAReasonNotToSend() {
    assertThat(control.provokeRequest(wlan, own).done()).isFalse();
    assertThat(sent).isEmpty();
  }

  @Test
  void aDatagramThatCannotBeSentIsAnOutcomeNotAnException() {
    OrdinaryLinkControl failing =
        new OrdinaryLinkControl(
            new TableMonitor(table),
            (on, source, destination) -> {
              throw new IOException("Network is down");
            },
            new SplittableRandom(1));

    assertThat(failing.nudge(wlan, ip(2)).done()).isFalse();
    assertThat(failing.nudge(wlan, ip(2)).detail())
        .isEqualTo("no datagram to 10.0.0.2: Network is down");
  }

  private static InetAddress ip(int last) {
    try {
      return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
    } catch (IOException e) {
      throw new AssertionError(e);
    }
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
