package io.limpet.invitation.internal.group;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * A radio that all share: one frame at a time, stations in turn, each with a queue that drops what
 * does not fit; multicast at the basic rate, lost by each receiver for itself; unicast faster, and
 * sent again as radios do.
 */
final class SimRadio {
  private static final int QUEUE_BYTES = 64 * 1024;
  private static final int UNICAST_TRIES = 8;
  private static final long DELAY_NS = 1_000_000L;

  /** Ethernet, IPv6, UDP, and the link's sealing. */
  private static final int FRAME_BYTES = 110;

  /** Takes what arrives. */
  interface Station {
    void onFrame(int from, boolean byStream, Object payload);
  }

  private record Frame(int from, int to, boolean byStream, Object payload, int bytes) {}

  /** Airtime by what it was used for. */
  static final class Airtime {
    long dataNs;
    long controlNs;
    long streamNs;
    long dropped;
  }

  final Airtime airtime = new Airtime();

  /** Whom anything was sent by stream. */
  final Set<Integer> streamedTo = new TreeSet<>();

  double loss;
  private final SimTime time;
  private final Random random;
  private final double multicastBitsPerNs;
  private final double unicastBitsPerNs;
  private final List<Station> stations = new ArrayList<>();
  private final List<ArrayDeque<Frame>> queues = new ArrayList<>();
  private final List<Integer> queuedBytes = new ArrayList<>();
  private final boolean[] deaf;
  private final boolean[] mute;
  private final int[] side;
  private final long[] frames = new long[8];
  private boolean busy;
  private int turn;

  SimRadio(SimTime time, Random random, int size, long multicastRate, long unicastRate) {
    this.time = time;
    this.random = random;
    this.multicastBitsPerNs = multicastRate / 1e9;
    this.unicastBitsPerNs = unicastRate / 1e9;
    this.deaf = new boolean[size];
    this.mute = new boolean[size];
    this.side = new int[size];
  }

  void add(Station station) {
    stations.add(station);
    queues.add(new ArrayDeque<>());
    queuedBytes.add(0);
  }

  void replace(int index, Station station) {
    stations.set(index, station);
    queues.get(index).clear();
    queuedBytes.set(index, 0);
  }

  /** Multicast no longer reaches this station, or does again. */
  void deafen(int station, boolean is) {
    deaf[station] = is;
  }

  /** Multicast no longer leaves this station, or does again. */
  void mute(int station, boolean is) {
    mute[station] = is;
  }

  void move(int station, int toSide) {
    side[station] = toSide;
  }

  boolean isLinked(int a, int b) {
    return side[a] == side[b];
  }

  /** How long a packet of this size takes by multicast. */
  long multicastNs(int bytes) {
    return (long) (8 * (bytes + FRAME_BYTES) / multicastBitsPerNs);
  }

  /** Returns how many packets of a kind were sent. */
  long count(int kind) {
    return frames[kind];
  }

  void multicast(int from, byte[] packet) {
    enqueue(new Frame(from, -1, false, packet, packet.length + FRAME_BYTES));
  }

  void direct(int from, int to, byte[] packet) {
    enqueue(new Frame(from, to, false, packet, packet.length + 16 + FRAME_BYTES));
  }

  void stream(int from, int to, Object message, int bytes) {
    enqueue(new Frame(from, to, true, message, bytes + FRAME_BYTES));
  }

  /** Somebody else has the air for so long. */
  void jam(long ns) {
    if (busy) {
      throw new IllegalStateException("the air is not free");
    }
    busy = true;
    time.in(ns, this::next);
  }

  private void enqueue(Frame frame) {
    int used = queuedBytes.get(frame.from());
    if (used + frame.bytes() > QUEUE_BYTES && !frame.byStream()) {
      airtime.dropped++;
      return;
    }
    queuedBytes.set(frame.from(), used + frame.bytes());
    queues.get(frame.from()).addLast(frame);
    if (!busy) {
      next();
    }
  }

  private void next() {
    for (int i = 1; i <= stations.size(); i++) {
      int station = (turn + i) % stations.size();
      Frame frame = queues.get(station).pollFirst();
      if (frame != null) {
        turn = station;
        queuedBytes.set(station, queuedBytes.get(station) - frame.bytes());
        transmit(frame);
        return;
      }
    }
    busy = false;
  }

  private void transmit(Frame frame) {
    busy = true;
    long tookNs;
    if (frame.to() < 0) {
      tookNs = (long) (8 * frame.bytes() / multicastBitsPerNs);
      time.in(tookNs + DELAY_NS, () -> arriveAtAll(frame));
    } else {
      int tries = 1;
      boolean linked = isLinked(frame.from(), frame.to());
      while ((random.nextDouble() < loss || !linked)
          && (tries < UNICAST_TRIES || (frame.byStream() && linked))) {
        tries++;
      }
      boolean arrives = linked && (tries < UNICAST_TRIES || frame.byStream());
      tookNs = (long) (tries * 8 * frame.bytes() / unicastBitsPerNs);
      if (arrives) {
        time.in(tookNs + DELAY_NS, () -> arrive(frame, frame.to()));
      }
    }
    account(frame, tookNs);
    time.in(tookNs, this::next);
  }

  private void account(Frame frame, long tookNs) {
    if (frame.byStream()) {
      airtime.streamNs += tookNs;
      streamedTo.add(frame.to());
    } else if (((byte[]) frame.payload())[0] <= 2) {
      airtime.dataNs += tookNs;
    } else {
      airtime.controlNs += tookNs;
    }
    if (frame.payload() instanceof byte[] packet) {
      frames[packet[0]]++;
    }
  }

  private void arriveAtAll(Frame frame) {
    for (int to = 0; to < stations.size(); to++) {
      boolean lost =
          to == frame.from()
              || !isLinked(frame.from(), to)
              || deaf[to]
              || mute[frame.from()]
              || random.nextDouble() < loss;
      if (!lost) {
        arrive(frame, to);
      }
    }
  }

  private void arrive(Frame frame, int to) {
    stations.get(to).onFrame(frame.from(), frame.byStream(), frame.payload());
  }
}
