package io.limpet.rig.internal.radio;

import io.limpet.rig.AirUse;
import io.limpet.rig.Airtime;
import io.limpet.rig.LinkCounters;
import io.limpet.rig.LinkSettings;
import io.limpet.rig.NeighbourTraffic;
import io.limpet.rig.RadioCounters;
import io.limpet.rig.internal.radio.AirPath.UnicastTries;
import io.limpet.rig.internal.radio.Transmitter.Sending;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The air between a number of stations: takes Ethernet frames from each and says who gets which
 * copy when.
 *
 * <p>Sans-IO and confined to one thread at a time: {@link #onFrame} takes what a station sends,
 * {@link #poll} hands out what has arrived, {@link #nextDeadlineNs} says when to poll again. Times
 * are nanoseconds on any one clock, compared by difference, and never go back. All chance follows
 * from the seed, separately for each direction of each pair, so that the traffic of others does not
 * change what happens to a pair.
 */
public final class RadioModel {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final long GOLDEN_GAMMA = 0x9e37_79b9_7f4a_7c15L;

  private final List<Station> stations = new ArrayList<>();
  private final List<Transmitter> transmitters = new ArrayList<>();
  private final AirPath[][] paths;
  private final PriorityQueue<Arrival> arrivals = new PriorityQueue<>();
  private final AirMeter meter = new AirMeter();
  private final boolean shared;
  private final int stationsOfANetwork;
  private long sequence;

  /** Receives what has arrived at a station. */
  @FunctionalInterface
  public interface Receiver {
    /** The frame must not be changed: others may get the same array. */
    void onArrival(int to, byte[] frame, long dueNs);
  }

  private record Arrival(AirPath path, Frame frame, long dueNs, long sequence)
      implements Comparable<Arrival> {
    @Override
    public int compareTo(Arrival other) {
      long difference = dueNs - other.dueNs;
      return Long.signum(difference != 0 ? difference : sequence - other.sequence);
    }
  }

  /** Makes the air of one network for stations with these addresses, all links alike. */
  public RadioModel(long seed, List<Long> macs, LinkSettings link, Airtime airtime) {
    this(seed, macs, 1, link, airtime);
  }

  /**
   * Makes the air of several networks that do not hear each other.
   *
   * @param macs of the first network's stations, then of the second's, as many, and so on
   */
  public RadioModel(long seed, List<Long> macs, int networks, LinkSettings link, Airtime airtime) {
    int count = macs.size();
    stationsOfANetwork = count / networks;
    shared = airtime == Airtime.SHARED;
    paths = new AirPath[count][count];
    for (int from = 0; from < count; from++) {
      Station station = new Station(from, macs.get(from));
      stations.add(station);
      if (!shared || from % stationsOfANetwork == 0) {
        transmitters.add(new Transmitter());
      }
      transmitter(station).add(station);
      for (int to = 0; to < count; to++) {
        paths[from][to] = new AirPath(from, to, link, chance(seed, from, to));
      }
    }
    for (Station station : stations) {
      for (Station other : stations) {
        if (other != station
            && other.index / stationsOfANetwork == station.index / stationsOfANetwork) {
          station.others.add(other);
        }
      }
    }
  }

  private Transmitter transmitter(Station station) {
    return transmitters.get(shared ? station.index / stationsOfANetwork : station.index);
  }

  /** Draws all chance from another seed from now on. */
  public void reseed(long seed) {
    for (AirPath[] row : paths) {
      for (AirPath path : row) {
        path.reseed(chance(seed, path.from, path.to));
      }
    }
  }

  private static SplittableRandom chance(long seed, int from, int to) {
    return new SplittableRandom(seed + GOLDEN_GAMMA * (1 + from * 65_537L + to));
  }

  /** Takes a frame that a station sends; the array belongs to the model from now on. */
  public void onFrame(long nowNs, int from, byte[] bytes) {
    finishTransmissions(nowNs);
    Station station = stations.get(from);
    if (!EthernetFrames.isWellFormed(bytes)) {
      station.countMalformed();
      return;
    }
    Frame frame = new Frame(bytes);
    if (!station.on) {
      station.countOff();
      return;
    }
    if (station.neighbourTrafficWithheld && frame.isNeighbourTraffic()) {
      station.countWithheld();
      return;
    }
    learnAddress(station, frame.source());
    Transmitter transmitter = transmitter(station);
    if (transmitter.current() == null) {
      begin(transmitter, station, frame, nowNs);
      finishTransmissions(nowNs);
    } else {
      station.enqueue(frame, queueLimitBytes(from, frame));
    }
  }

  /** Hands out, in order of time, all that has arrived by now. */
  public void poll(long nowNs, Receiver receiver) {
    finishTransmissions(nowNs);
    Arrival first = arrivals.peek();
    while (first != null && first.dueNs - nowNs <= 0) {
      arrivals.remove();
      AirPath path = first.path;
      if (stations.get(path.to).on) {
        path.countDelivered(first.frame);
        if (first.frame.isMulticast() && first.frame.isNeighbourTraffic()) {
          paths[path.to][path.from].setForgotten(false);
        }
        receiver.onArrival(path.to, first.frame.bytes(), first.dueNs);
      } else {
        path.countArrivedAtRadioOff();
      }
      first = arrivals.peek();
    }
  }

  /** Whether anything is under way. */
  public boolean hasDeadline() {
    if (!arrivals.isEmpty()) {
      return true;
    }
    for (Transmitter transmitter : transmitters) {
      if (transmitter.current() != null) {
        return true;
      }
    }
    return false;
  }

  /**
   * When to poll again, if {@link #hasDeadline()}. The end of a transmission is no deadline: what
   * follows from it is worked out afterwards, for the time at which it was; so a frame costs one
   * wake-up, not two.
   */
  public long nextDeadlineNs() {
    Arrival first = arrivals.peek();
    boolean found = first != null;
    long deadlineNs = first == null ? 0 : first.dueNs;
    for (Transmitter transmitter : transmitters) {
      Sending sending = transmitter.current();
      if (sending != null && (!found || sending.firstDueNs() - deadlineNs < 0)) {
        found = true;
        deadlineNs = sending.firstDueNs();
      }
    }
    return deadlineNs;
  }

  /** Changes what a direction is like; what is on its way keeps its fate. */
  public void setLink(long nowNs, int from, int to, LinkSettings settings) {
    finishTransmissions(nowNs);
    paths[from][to].set(settings);
  }

  /** What a direction is like. */
  public LinkSettings link(int from, int to) {
    return paths[from][to].settings();
  }

  /** Cuts a direction or restores it. */
  public void setCut(long nowNs, int from, int to, boolean cut) {
    finishTransmissions(nowNs);
    paths[from][to].setCut(cut);
  }

  /** Makes a direction swallow unicast, or, with null, no longer. */
  public void setBlackHole(long nowNs, int from, int to, @Nullable NeighbourTraffic blackHole) {
    finishTransmissions(nowNs);
    paths[from][to].setBlackHole(blackHole);
  }

  /**
   * Makes a direction swallow unicast, neighbour traffic too, until the receiver is heard to
   * multicast ARP or neighbour discovery: then the sender's radio finds the way again. Or, with
   * false, no longer.
   */
  public void setForgotten(long nowNs, int from, int to, boolean forgotten) {
    finishTransmissions(nowNs);
    paths[from][to].setForgotten(forgotten);
  }

  /** Switches a station's radio on or off; what waits in its queue is lost. */
  public void setOn(long nowNs, int station, boolean on) {
    finishTransmissions(nowNs);
    stations.get(station).on = on;
    if (!on) {
      stations.get(station).clearQueue();
    }
  }

  /** Gives a station another address, to which alone it answers from now on. */
  public void setMac(long nowNs, int station, long mac) {
    finishTransmissions(nowNs);
    stations.get(station).mac = mac;
  }

  /** A station's current address. */
  public long mac(int station) {
    return stations.get(station).mac;
  }

  /** Withholds the ARP and neighbour discovery that a station sends, or no longer. */
  public void withholdNeighbourTraffic(int station, boolean withhold) {
    stations.get(station).neighbourTrafficWithheld = withhold;
  }

  /** What became of the frames of a direction. */
  public LinkCounters counters(int from, int to) {
    return paths[from][to].counters();
  }

  /** For how long frames have held the air, those of all networks together. */
  public AirUse use() {
    return meter.use();
  }

  /** What a station's radio did. */
  public RadioCounters counters(int station) {
    return stations.get(station).counters();
  }

  // A radio answers to whatever address its interface has; an ordinary change of address shows in
  // what the device sends.
  private static void learnAddress(Station station, long source) {
    if (!EthernetFrames.isGroup(source) && source != 0) {
      station.mac = source;
    }
  }

  private void finishTransmissions(long nowNs) {
    for (Transmitter transmitter : transmitters) {
      Sending sending = transmitter.current();
      while (sending != null && sending.endNs() - nowNs <= 0) {
        transmitter.end();
        propagate(sending);
        Transmitter.Next next = transmitter.next();
        if (next != null) {
          begin(transmitter, next.station(), next.frame(), sending.endNs());
        }
        sending = transmitter.current();
      }
    }
  }

  private void begin(Transmitter transmitter, Station from, Frame frame, long nowNs) {
    UnicastTries tries = null;
    long airtimeNs;
    long delayNs;
    if (frame.isMulticast()) {
      airtimeNs = airtimeNs(frame, slowestMulticastRate(from.index));
      delayNs = shortestDelayNs(from.index);
      from.countOnAir(frame, 1);
    } else {
      AirPath path = pathTo(from, frame.destination());
      if (path == null) {
        airtimeNs = airtimeNs(frame, slowestMulticastRate(from.index));
        delayNs = 0;
        from.countOnAir(frame, 1);
      } else {
        tries = path.tryUnicast();
        airtimeNs = tries.attempts() * airtimeNs(frame, path.rateBitsPerSecond(false));
        delayNs = path.delayNs();
        from.countOnAir(frame, tries.attempts());
      }
    }
    meter.onSent(frame.length(), airtimeNs);
    long endNs = nowNs + airtimeNs;
    transmitter.begin(new Sending(from, frame, tries, endNs, endNs + delayNs));
  }

  private void propagate(Sending sending) {
    Frame frame = sending.frame();
    Station from = sending.from();
    if (!from.on) {
      from.countOff();
      return;
    }
    if (frame.isMulticast()) {
      for (Station to : from.others) {
        AirPath path = paths[from.index][to.index];
        if (path.passesFaults(frame, to.on) && path.multicastReceived()) {
          arrive(path, frame, sending.endNs());
        }
      }
      return;
    }
    AirPath path = pathTo(from, frame.destination());
    if (path == null) {
      from.countToNobody();
    } else if (path.passesFaults(frame, stations.get(path.to).on)) {
      UnicastTries tries = sending.tries();
      if (tries != null && !tries.received()) {
        path.countUnicastLost();
      } else {
        arrive(path, frame, sending.endNs());
      }
    }
  }

  private void arrive(AirPath path, Frame frame, long sentNs) {
    boolean multicast = frame.isMulticast();
    int copies = path.duplicates(multicast) ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      arrivals.add(new Arrival(path, frame, path.dueNs(sentNs, multicast), sequence++));
    }
  }

  private @Nullable AirPath pathTo(Station from, long destination) {
    for (Station to : from.others) {
      if (to.mac == destination) {
        return paths[from.index][to.index];
      }
    }
    return null;
  }

  private int queueLimitBytes(int from, Frame frame) {
    AirPath unicast = frame.isMulticast() ? null : pathTo(stations.get(from), frame.destination());
    if (unicast != null) {
      return unicast.settings().effectiveQueueBytes();
    }
    int limit = 0;
    for (Station to : stations.get(from).others) {
      limit = Math.max(limit, paths[from][to.index].settings().effectiveQueueBytes());
    }
    return limit;
  }

  // Multicast is sent once for all: as slowly as the slowest receiver needs it. 0: without limit.
  private long slowestMulticastRate(int from) {
    long slowest = 0;
    for (Station to : stations.get(from).others) {
      long rate = paths[from][to.index].rateBitsPerSecond(true);
      if (rate > 0 && (slowest == 0 || rate < slowest)) {
        slowest = rate;
      }
    }
    return slowest;
  }

  private long shortestDelayNs(int from) {
    long shortest = Long.MAX_VALUE;
    for (Station to : stations.get(from).others) {
      shortest = Math.min(shortest, paths[from][to.index].delayNs());
    }
    return shortest == Long.MAX_VALUE ? 0 : shortest;
  }

  private static long airtimeNs(Frame frame, long rateBitsPerSecond) {
    return rateBitsPerSecond == 0
        ? 0
        : Math.round(frame.length() * 8.0 * NANOS_PER_SECOND / rateBitsPerSecond);
  }
}
