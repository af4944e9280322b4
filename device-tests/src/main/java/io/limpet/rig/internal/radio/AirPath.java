package io.limpet.rig.internal.radio;

import io.limpet.rig.LinkCounters;
import io.limpet.rig.LinkSettings;
import io.limpet.rig.NeighbourTraffic;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The way from one station to another: its settings, its faults, its chance, its counters. */
final class AirPath {
  final int from;
  final int to;

  private SplittableRandom unicastChance;
  private SplittableRandom multicastChance;
  private final LossProcess unicastLoss;
  private final LossProcess multicastLoss;
  private LinkSettings settings;
  private long delayNs;
  private long jitterNs;
  private long holdNs;
  private boolean cut;
  private @Nullable NeighbourTraffic blackHole;
  private boolean forgotten;
  private boolean delivered;
  private long lastDueNs;

  private long unicastDelivered;
  private long multicastDelivered;
  private long bytesDelivered;
  private long unicastLost;
  private long multicastLost;
  private long blackHoled;
  private long cutFrames;
  private long duplicated;
  private long heldBack;

  AirPath(int from, int to, LinkSettings settings, SplittableRandom random) {
    this.from = from;
    this.to = to;
    this.settings = settings;
    // Own sequences for the two kinds: how much multicast there is does not change what unicast
    // meets.
    unicastChance = random.split();
    multicastChance = random.split();
    unicastLoss = new LossProcess(settings.loss(), random.split());
    multicastLoss = new LossProcess(settings.multicastLoss(), random.split());
    set(settings);
  }

  /** Draws from other sequences from now on, in the same order as a new path. */
  void reseed(SplittableRandom random) {
    unicastChance = random.split();
    multicastChance = random.split();
    unicastLoss.reseed(random.split());
    multicastLoss.reseed(random.split());
  }

  void set(LinkSettings newSettings) {
    settings = newSettings;
    delayNs = newSettings.delay().toNanos();
    jitterNs = newSettings.jitter().toNanos();
    holdNs = newSettings.reorderHold().toNanos();
    unicastLoss.set(newSettings.loss());
    multicastLoss.set(newSettings.multicastLoss());
  }

  LinkSettings settings() {
    return settings;
  }

  long delayNs() {
    return delayNs;
  }

  long rateBitsPerSecond(boolean multicast) {
    long basic = settings.multicastRateBitsPerSecond();
    return multicast && basic > 0 ? basic : settings.rateBitsPerSecond();
  }

  void setCut(boolean newCut) {
    cut = newCut;
  }

  void setBlackHole(@Nullable NeighbourTraffic newBlackHole) {
    blackHole = newBlackHole;
  }

  /** The sender's forwarding table has a dead entry for the receiver, or no longer. */
  void setForgotten(boolean newForgotten) {
    forgotten = newForgotten;
  }

  /**
   * How often a unicast frame is sent: 1, and once more for each try that is lost, as far as
   * retries go.
   */
  UnicastTries tryUnicast() {
    int limit = settings.unicastRetries() + 1;
    for (int attempts = 1; attempts <= limit; attempts++) {
      if (!unicastLoss.next()) {
        return new UnicastTries(attempts, true);
      }
    }
    return new UnicastTries(limit, false);
  }

  /** What came of sending a unicast frame. */
  record UnicastTries(int attempts, boolean received) {}

  /** Whether a frame that was sent is let through by everything but chance; counts it if not. */
  boolean passesFaults(Frame frame, boolean receiverOn) {
    if (cut || !receiverOn) {
      cutFrames++;
      return false;
    }
    if (!frame.isMulticast() && forgotten) {
      blackHoled++;
      return false;
    }
    if (!frame.isMulticast() && blackHole != null) {
      boolean exempt = blackHole == NeighbourTraffic.PASSES && frame.isNeighbourTraffic();
      if (!exempt) {
        blackHoled++;
        return false;
      }
    }
    return true;
  }

  boolean multicastReceived() {
    if (multicastLoss.next()) {
      multicastLost++;
      return false;
    }
    return true;
  }

  void countUnicastLost() {
    unicastLost++;
  }

  boolean duplicates(boolean multicast) {
    boolean twice = draw(settings.duplicate(), multicast);
    duplicated += twice ? 1 : 0;
    return twice;
  }

  /**
   * When a frame whose transmission ended then arrives: in order, unless it is one to be held back.
   */
  long dueNs(long sentNs, boolean multicast) {
    long extraNs = jitterNs > 0 ? chance(multicast).nextLong(jitterNs + 1) : 0;
    long dueNs = sentNs + delayNs + extraNs;
    if (draw(settings.reorder(), multicast)) {
      heldBack++;
      return dueNs + holdNs;
    }
    if (delivered && dueNs - lastDueNs < 0) {
      dueNs = lastDueNs;
    }
    delivered = true;
    lastDueNs = dueNs;
    return dueNs;
  }

  void countDelivered(Frame frame) {
    boolean multicast = frame.isMulticast();
    unicastDelivered += multicast ? 0 : 1;
    multicastDelivered += multicast ? 1 : 0;
    bytesDelivered += frame.length();
  }

  void countArrivedAtRadioOff() {
    cutFrames++;
  }

  LinkCounters counters() {
    return new LinkCounters(
        unicastDelivered,
        multicastDelivered,
        bytesDelivered,
        unicastLost,
        multicastLost,
        blackHoled,
        cutFrames,
        duplicated,
        heldBack);
  }

  private boolean draw(double probability, boolean multicast) {
    return probability > 0 && chance(multicast).nextDouble() < probability;
  }

  private SplittableRandom chance(boolean multicast) {
    return multicast ? multicastChance : unicastChance;
  }
}
