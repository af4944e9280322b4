package io.limpet.rig.internal.radio;

import io.limpet.rig.Airtime;
import io.limpet.rig.LinkSettings;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The model with a clock that only the test moves. */
public final class VirtualAir {
  static final long BROADCAST = 0xffff_ffff_ffffL;
  static final int MILLI = 1_000_000;

  private static final int ETHERTYPE_IPV4 = 0x0800;
  private static final int ETHERTYPE_ARP = 0x0806;
  private static final int ETHERTYPE_IPV6 = 0x86dd;

  public final RadioModel model;
  final List<Arrived> arrived = new ArrayList<>();
  // Near the end of the range of long: what compares times by anything but difference fails.
  public long nowNs = Long.MAX_VALUE - 5L * MILLI;
  final long startNs = nowNs;

  /**
   * One arrival.
   *
   * @param atNs since the start
   * @param number that the test gave the frame
   */
  public record Arrived(int to, int number, long atNs) {}

  VirtualAir(int stations, long seed, LinkSettings link, Airtime airtime) {
    this(stations, 1, seed, link, airtime);
  }

  VirtualAir(int stations, int networks, long seed, LinkSettings link, Airtime airtime) {
    List<Long> macs = IntStream.range(0, stations).mapToObj(VirtualAir::mac).toList();
    model = new RadioModel(seed, macs, networks, link, airtime);
  }

  public VirtualAir(int stations, long seed, LinkSettings link) {
    this(stations, seed, link, Airtime.PER_SENDER);
  }

  static long mac(int station) {
    return 0x0200_0000_0100L + station;
  }

  /** A frame of this length, by unicast to a station. */
  public void unicast(int from, int to, int number, int bytes) {
    model.onFrame(nowNs, from, frame(mac(to), mac(from), ETHERTYPE_IPV4, number, bytes));
  }

  void unicast(int from, int to, int number) {
    unicast(from, to, number, 100);
  }

  void multicast(int from, int number, int bytes) {
    model.onFrame(nowNs, from, frame(BROADCAST, mac(from), ETHERTYPE_IPV4, number, bytes));
  }

  void multicast(int from, int number) {
    multicast(from, number, 100);
  }

  /** An ARP reply: unicast. */
  void arpReply(int from, int to, int number) {
    model.onFrame(nowNs, from, frame(mac(to), mac(from), ETHERTYPE_ARP, number, 60));
  }

  /** An ARP request: broadcast. */
  void arpRequest(int from, int number) {
    model.onFrame(nowNs, from, frame(BROADCAST, mac(from), ETHERTYPE_ARP, number, 60));
  }

  /** A unicast neighbour advertisement. */
  void neighbourAdvertisement(int from, int to, int number) {
    byte[] frame = frame(mac(to), mac(from), ETHERTYPE_IPV6, number, 86);
    frame[14 + 6] = 58;
    frame[14 + 40] = (byte) 136;
    model.onFrame(nowNs, from, frame);
  }

  /** Moves the clock to each deadline in turn until nothing is under way. */
  public void runUntilIdle() {
    while (model.hasDeadline()) {
      nowNs += Math.max(0, model.nextDeadlineNs() - nowNs);
      poll();
    }
  }

  void advance(long durationNs) {
    nowNs += durationNs;
    poll();
  }

  public List<Integer> numbersAt(int station) {
    return arrived.stream().filter(a -> a.to() == station).map(Arrived::number).toList();
  }

  long arrivalNs(int station, int number) {
    return arrived.stream()
        .filter(a -> a.to() == station && a.number() == number)
        .findFirst()
        .orElseThrow(() -> new AssertionError("frame " + number + " has not arrived"))
        .atNs();
  }

  static byte[] frame(long to, long from, int etherType, int number, int bytes) {
    ByteBuffer frame = ByteBuffer.allocate(bytes);
    frame.putShort((short) (to >>> 32)).putInt((int) to);
    frame.putShort((short) (from >>> 32)).putInt((int) from);
    frame.putShort((short) etherType);
    // At the end, where no header of any kind is.
    frame.putInt(bytes - 4, number);
    return frame.array();
  }

  private void poll() {
    model.poll(
        nowNs,
        (to, frame, dueNs) -> {
          if (dueNs - nowNs > 0) {
            throw new AssertionError("delivered before its time");
          }
          int number = ByteBuffer.wrap(frame).getInt(frame.length - 4);
          arrived.add(new Arrived(to, number, dueNs - startNs));
        });
  }
}
