package io.limpet.rig;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.rig.TcpProbe.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The control experiment: a MAC that changes without anybody being told strands kernel TCP for
 * long.
 */
@Tag("kernel")
class SilentMacChangeTest {
  private static final Duration SHORT = Duration.ofSeconds(2);

  @Test
  @MeshRig(devices = 2)
  void aPeerThatWasReachableCannotBeConnectedToForManySecondsUntilItBroadcasts(
      Rig rig, RigDevice oak, RigDevice elm) throws IOException {
    try (TcpSink sink = elm.listenTcp(0)) {
      assertThat(oak.kernelTcpProbe(elm, sink.port(), SHORT).connected()).isTrue();
      assertThat(elm.ping(oak, SHORT)).isPresent();
      assertThat(oak.neighbour(elm).orElseThrow().states()).contains("REACHABLE");
      NeighbourEntry elmsEntry = elm.neighbour(oak).orElseThrow();
      MacAddress before = elm.mac();

      MacAddress after = rig.silentMacChange(elm);

      assertThat(after).isNotEqualTo(before);
      assertThat(elm.mac()).isEqualTo(after);
      RigProcess link = elm.exec("cat", "/sys/class/net/mesh0/address");
      assertThat(link.waitFor(SHORT)).isZero();
      assertThat(link.stdout().strip()).isEqualTo(after.toString());
      // Its own belief in the others has survived, and so have its addresses.
      assertThat(elm.neighbour(oak).orElseThrow().mac()).isEqualTo(elmsEntry.mac());
      assertThat(elm.neighbour(oak).orElseThrow().states()).contains("REACHABLE");
      assertThat(addressesOf(elm)).contains("10.77.0.11/24").contains("fe80::4d0b/64");

      TcpProbe stranded = oak.kernelTcpProbe(elm, sink.port(), Duration.ofSeconds(8));
      assertThat(stranded.outcome()).isEqualTo(Outcome.TIMED_OUT);
      assertThat(stranded.elapsed()).isGreaterThan(Duration.ofSeconds(8));
      assertThat(oak.neighbour(elm).orElseThrow().mac()).contains(before);
      assertThat(oak.neighbour(elm).orElseThrow().states()).contains("REACHABLE");
      assertThat(oak.counters().toNobody()).isPositive();

      provokeArpRequest(elm);
      Awaitility.await()
          .atMost(SHORT)
          .until(() -> oak.neighbour(elm).orElseThrow().mac().orElseThrow().equals(after));
      assertThat(oak.kernelTcpProbe(elm, sink.port(), SHORT).connected()).isTrue();
    }
  }

  @Test
  @MeshRig(devices = 2)
  void anOrdinaryMacChangeIsFollowedByTheRadio(RigDevice oak, RigDevice elm) {
    assertThat(oak.ping(elm, SHORT)).isPresent();
    String script =
        "ip link set mesh0 down; ip link set mesh0 address 02:00:00:00:be:ef; ip link set mesh0 up";
    assertThat(elm.exec("sh", "-c", script).waitFor(SHORT)).isZero();
    assertThat(elm.ping(oak, SHORT)).isPresent();
    assertThat(elm.mac()).isEqualTo(MacAddress.parse("02:00:00:00:be:ef"));
    assertThat(oak.ping(elm, SHORT)).isPresent();
  }

  private static String addressesOf(RigDevice device) {
    RigProcess addresses = device.exec("ip", "addr", "show", "mesh0");
    assertThat(addresses.waitFor(SHORT)).isZero();
    return addresses.stdout();
  }

  /**
   * What an ordinary user can do: a datagram to an address that nobody has makes the kernel ask
   * all.
   */
  private static void provokeArpRequest(RigDevice device) throws IOException {
    try (DatagramChannel socket = device.openDatagramChannel()) {
      InetAddress unused = InetAddress.getByAddress(new byte[] {10, 77, 0, (byte) 250});
      socket.send(ByteBuffer.allocate(1), new InetSocketAddress(unused, 9));
    }
  }
}
