package io.limpet.rig.internal.bench.beacons;

import io.limpet.link.Carrier;
import io.limpet.link.sim.SimulatedLink;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * One radio channel that all share: one frame at a time, at 1 Mbit/s, each reception lost by chance
 * and independently of all others. Collisions beyond that are not modelled; a unicast frame is lost
 * like any other, and no radio sends it again.
 */
final class Air {
  private static final long NS_PER_BYTE = 8_000;

  /** Long PLCP preamble and header, DIFS, half of the smallest contention window. */
  private static final long PER_FRAME_NS = 192_000 + 50_000 + 310_000;

  /** SIFS and an acknowledgement at 1 Mbit/s. */
  private static final long ACKNOWLEDGEMENT_NS = 10_000 + 304_000;

  /** MAC header, FCS, LLC and SNAP. */
  private static final int FRAME_BYTES = 36;

  private static final int IPV4_AND_UDP_BYTES = 28;
  private static final int IPV6_AND_UDP_BYTES = 48;

  private final VirtualTime time;
  private final Random random;
  private final double loss;
  private final List<Village.House> houses = new ArrayList<>();
  private final Traffic traffic = new Traffic();
  private long freeAtNs = VirtualTime.START_NS;
  private long meantForSomebody;
  private long lost;
  private boolean multicastFails;

  Air(VirtualTime time, double loss, Random random) {
    this.time = time;
    this.loss = loss;
    this.random = random;
  }

  void add(Village.House house) {
    houses.add(house);
  }

  void remove(Village.House house) {
    houses.remove(house);
  }

  Traffic traffic() {
    return traffic;
  }

  /** From now on no multicast frame arrives anywhere, as behind an access point that drops it. */
  void failMulticast() {
    multicastFails = true;
  }

  /** Returns the share of all receptions so far that were lost. */
  double lostShare() {
    return (double) lost / Math.max(1, meantForSomebody);
  }

  void send(Village.House from, Carrier carrier, @Nullable InetAddress to, byte[] datagram) {
    int packet = datagram.length + (carrier.isIpv6() ? IPV6_AND_UDP_BYTES : IPV4_AND_UDP_BYTES);
    long airtimeNs =
        PER_FRAME_NS + NS_PER_BYTE * (packet + FRAME_BYTES) + (to == null ? 0 : ACKNOWLEDGEMENT_NS);
    long beginNs = Math.max(time.now(), freeAtNs);
    freeAtNs = beginNs + airtimeNs;
    traffic.note(beginNs, packet, airtimeNs, SimulatedLink.isHello(datagram));
    time.at(freeAtNs, () -> arrive(from, carrier, to, datagram));
  }

  private void arrive(Village.House from, Carrier carrier, @Nullable InetAddress to, byte[] data) {
    for (Village.House house : List.copyOf(houses)) {
      boolean meant =
          house != from && (to == null ? !multicastFails : house.has(to)) && house.reaches(from);
      if (!meant) {
        continue;
      }
      meantForSomebody++;
      if (random.nextDouble() < loss) {
        lost++;
      } else {
        house.receive(carrier, from.addressLike(carrier), data);
      }
    }
  }
}
