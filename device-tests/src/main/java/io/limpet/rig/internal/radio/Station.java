package io.limpet.rig.internal.radio;

import io.limpet.rig.RadioCounters;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One device's radio: its address, its queue, its counters. */
final class Station {
  final int index;

  /** The stations on the same network, itself not among them. */
  final List<Station> others = new ArrayList<>();

  long mac;
  boolean on = true;
  boolean neighbourTrafficWithheld;

  private final ArrayDeque<Frame> queue = new ArrayDeque<>();
  private int queuedBytes;

  private long framesOnAir;
  private long bytesOnAir;
  private long queueDrops;
  private long toNobody;
  private long offDrops;
  private long withheld;
  private long malformed;

  Station(int index, long mac) {
    this.index = index;
    this.mac = mac;
  }

  /** Takes a frame into the queue, unless it would then hold more than so many bytes. */
  void enqueue(Frame frame, int limitBytes) {
    if (queuedBytes + frame.length() > limitBytes) {
      queueDrops++;
      return;
    }
    queue.add(frame);
    queuedBytes += frame.length();
  }

  @Nullable Frame dequeue() {
    Frame frame = queue.poll();
    if (frame != null) {
      queuedBytes -= frame.length();
    }
    return frame;
  }

  void clearQueue() {
    offDrops += queue.size();
    queue.clear();
    queuedBytes = 0;
  }

  void countOnAir(Frame frame, int attempts) {
    framesOnAir += attempts;
    bytesOnAir += (long) attempts * frame.length();
  }

  void countToNobody() {
    toNobody++;
  }

  void countOff() {
    offDrops++;
  }

  void countWithheld() {
    withheld++;
  }

  void countMalformed() {
    malformed++;
  }

  RadioCounters counters() {
    return new RadioCounters(
        framesOnAir, bytesOnAir, queueDrops, toNobody, offDrops, withheld, malformed);
  }
}
