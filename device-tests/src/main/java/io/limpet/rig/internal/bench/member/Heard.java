package io.limpet.rig.internal.bench.member;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a member has heard in one run. Safe for any thread. */
final class Heard {
  private static final double NANOS_PER_MILLI = 1e6;

  private final Map<Integer, Sender> senders = new HashMap<>();
  private final List<Double> latenciesMs = new ArrayList<>();
  private final List<Long> arrivalsNs = new ArrayList<>();
  private int run;
  private int duplicates;
  private int disordered;

  private static final class Sender {
    final BitSet sequences = new BitSet();
    int latest = -1;
  }

  /**
   * What is told of it. A value.
   *
   * @param messages how many different ones
   * @param inTime how many of them by the time asked for
   * @param duplicates copies of what was heard already
   * @param disordered messages that came after a later one of their sender
   * @param latenciesMs of each, from when it was due; empty unless asked for
   */
  record Told(int messages, int inTime, int duplicates, int disordered, List<Double> latenciesMs) {}

  /** Forgets all, and takes the messages of this run alone from now on. */
  synchronized void begin(int newRun) {
    run = newRun;
    senders.clear();
    latenciesMs.clear();
    arrivalsNs.clear();
    duplicates = 0;
    disordered = 0;
  }

  /** A message has come. */
  synchronized void onMessage(byte[] message, long nowNs) {
    @Nullable Spoken spoken = Spoken.decode(message);
    if (spoken == null || spoken.run() != run || spoken.sequence() < 0) {
      return;
    }
    Sender sender = senders.computeIfAbsent(spoken.sender(), any -> new Sender());
    if (sender.sequences.get(spoken.sequence())) {
      duplicates++;
      return;
    }
    sender.sequences.set(spoken.sequence());
    if (spoken.sequence() < sender.latest) {
      disordered++;
    }
    sender.latest = Math.max(sender.latest, spoken.sequence());
    latenciesMs.add((nowNs - spoken.dueNs()) / NANOS_PER_MILLI);
    arrivalsNs.add(nowNs);
  }

  /** Tells how it stands. */
  synchronized Told told(long untilNs, boolean samples) {
    return new Told(
        arrivalsNs.size(),
        (int) arrivalsNs.stream().filter(atNs -> atNs - untilNs <= 0).count(),
        duplicates,
        disordered,
        samples ? List.copyOf(latenciesMs) : List.of());
  }
}
