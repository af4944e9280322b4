package io.limpet.rig.internal.radio;

import io.limpet.rig.internal.radio.AirPath.UnicastTries;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A channel that carries one frame at a time, its stations taking turns. */
final class Transmitter {
  private final List<Station> stations = new ArrayList<>();
  private int lastTurn;
  private @Nullable Sending current;

  /**
   * The frame on the air.
   *
   * @param tries what chance made of it; null if it is multicast or for nobody
   * @param endNs when the transmission, retries included, ends
   * @param firstDueNs the earliest time at which it can arrive anywhere
   */
  record Sending(
      Station from, Frame frame, @Nullable UnicastTries tries, long endNs, long firstDueNs) {}

  void add(Station station) {
    stations.add(station);
  }

  @Nullable Sending current() {
    return current;
  }

  void begin(Sending sending) {
    current = sending;
  }

  void end() {
    current = null;
  }

  /** The next station, in turn, that is on and has something to send, and what it sends. */
  @Nullable Next next() {
    for (int i = 1; i <= stations.size(); i++) {
      int turn = (lastTurn + i) % stations.size();
      Station station = stations.get(turn);
      Frame frame = station.dequeue();
      if (frame != null) {
        lastTurn = turn;
        return new Next(station, frame);
      }
    }
    return null;
  }

  /** Whose turn it is, and with what. */
  record Next(Station station, Frame frame) {}
}
