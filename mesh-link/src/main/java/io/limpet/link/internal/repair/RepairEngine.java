package io.limpet.link.internal.repair;

import io.limpet.link.Diagnosis;
import io.limpet.link.LinkEvent;
import io.limpet.link.MeshAddress;
import io.limpet.link.internal.os.LinkControl.Capability;
import io.limpet.link.internal.os.LinkControl.Outcome;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Repairs unicast to one address of one peer: says why it fails, climbs the ladder gentlest step
 * first, believes nothing but a unicast round trip, and gives up with back-off. Sans-IO; not
 * thread-safe.
 */
public final class RepairEngine {
  private static final long MS = 1_000_000L;
  private static final long PROBE_EVERY_NS = 80 * MS;
  private static final long FIRST_BACKOFF_NS = 5_000 * MS;
  private static final long MAX_BACKOFF_NS = 120_000 * MS;
  private static final int MAX_STEPS = 12;
  private static final long NEVER = Long.MAX_VALUE;

  /** What the engine asks of its peer. */
  public interface Host {
    /** Carries out one step; returns at once. */
    Outcome perform(long nowNs, Situation situation, Step step);

    /** Sends a challenge by unicast to the address under repair. */
    void challenge(long nowNs);

    /** Tells the world. */
    void emit(LinkEvent event);

    /** Returns what can be done now. */
    Set<Capability> able();

    /** Something came to an end between two polls: poll again. */
    void wakeAt(long atNs);
  }

  private enum Phase {
    IDLE,
    RUNNING,
    BACKING_OFF
  }

  private final MeshAddress peer;
  private final Host host;
  private final Map<Step, Long> lastPerformed = new EnumMap<>(Step.class);
  private Phase phase = Phase.IDLE;
  private Diagnosis diagnosis = Diagnosis.NONE;
  private List<Step> ladder = List.of();
  private Set<Capability> ladderAble = Set.of();
  private @Nullable Situation before;
  private int rung;
  private int steps;
  private long startedNs;
  private long nextStepNs;
  private long nextProbeNs;
  private long backoffNs = FIRST_BACKOFF_NS;
  private long resumeNs;

  /** Makes an engine that rests. */
  public RepairEngine(MeshAddress peer, Host host) {
    this.peer = peer;
    this.host = host;
  }

  /** New evidence (a hello, a change of the neighbour entry or of an address): try at once. */
  public void onNewEvidence() {
    if (phase == Phase.BACKING_OFF) {
      phase = Phase.IDLE;
      backoffNs = FIRST_BACKOFF_NS;
    }
  }

  /** What can be done has changed: a ladder that is being climbed is built anew at once. */
  public void onAbilitiesChanged(long nowNs) {
    onNewEvidence();
    if (phase == Phase.RUNNING && !host.able().equals(ladderAble)) {
      nextStepNs = nowNs;
    }
  }

  /** The peer says that it has done its side. */
  public void onRepairDone(long nowNs) {
    if (phase == Phase.RUNNING) {
      nextProbeNs = nowNs;
    }
  }

  /**
   * The peer's signed hello names a new MAC, and the kernel's entry follows it already: the peer's
   * own announcement has repaired what was stale. That is told, and proved, like any repair.
   */
  public void onCuredByPeer(long nowNs, Situation now) {
    if (phase == Phase.RUNNING) {
      return;
    }
    phase = Phase.RUNNING;
    startedNs = nowNs;
    nextProbeNs = nowNs;
    before = now;
    diagnosis = Diagnosis.NEIGHBOUR_STALE;
    ladder = List.of();
    rung = 0;
    steps = 1;
    nextStepNs = nowNs + Math.max(Step.ANNOUNCE.verifyNs(), 3 * now.rttNs());
    host.emit(new LinkEvent.RepairStarted(peer, diagnosis, now.evidence()));
    Map<String, String> evidence = now.evidence();
    evidence.put("detail", "the peer announced its new MAC before its hello came");
    host.emit(new LinkEvent.RepairStep(peer, diagnosis, "peer-announced", "done", evidence));
    run(nowNs, now);
  }

  /** Looks at the situation and does what it and the time demand. */
  public void poll(long nowNs, Situation now) {
    switch (phase) {
      case IDLE -> {
        if (now.failing()) {
          start(nowNs, now);
        }
      }
      case BACKING_OFF -> {
        if (now.roundTripAgeNs() < nowNs - startedNs) {
          succeed(nowNs, now);
        } else if (now.failing() && nowNs - resumeNs >= 0) {
          start(nowNs, now);
        } else if (!now.failing() && nowNs - resumeNs >= 0) {
          phase = Phase.IDLE;
          diagnosis = Diagnosis.NONE;
        }
      }
      case RUNNING -> run(nowNs, now);
    }
  }

  private void start(long nowNs, Situation now) {
    phase = Phase.RUNNING;
    startedNs = nowNs;
    nextStepNs = nowNs;
    nextProbeNs = nowNs;
    steps = 0;
    before = now;
    diagnose(now);
    host.emit(new LinkEvent.RepairStarted(peer, diagnosis, now.evidence()));
    run(nowNs, now);
  }

  private void diagnose(Situation now) {
    diagnosis = Diagnoser.diagnose(now);
    ladderAble = Set.copyOf(host.able());
    ladder = Diagnoser.ladder(diagnosis, ladderAble, now);
    rung = 0;
  }

  private void run(long nowNs, Situation now) {
    if (now.roundTripAgeNs() < nowNs - startedNs) {
      succeed(nowNs, now);
      return;
    }
    if (nowNs - nextStepNs >= 0) {
      boolean stale = Diagnoser.diagnose(now) != diagnosis || !host.able().equals(ladderAble);
      if (stale && steps < MAX_STEPS) {
        diagnose(now);
      }
      if (rung >= ladder.size() || steps >= MAX_STEPS) {
        giveUp(nowNs, now);
        return;
      }
      climb(nowNs, now);
    }
    if (nowNs - nextProbeNs >= 0) {
      host.challenge(nowNs);
      nextProbeNs = nowNs + Math.max(PROBE_EVERY_NS, now.rttNs());
    }
  }

  private void climb(long nowNs, Situation now) {
    Step step = ladder.get(rung);
    Long last = lastPerformed.get(step);
    if (last != null && nowNs - last < step.gapNs()) {
      nextStepNs = last + step.gapNs();
      return;
    }
    rung++;
    steps++;
    lastPerformed.put(step, nowNs);
    Outcome outcome = host.perform(nowNs, now, step);
    Map<String, String> evidence = now.evidence();
    evidence.put("detail", outcome.detail());
    host.emit(new LinkEvent.RepairStep(peer, diagnosis, step.label(), outcome.word(), evidence));
    CompletionStage<Outcome> later = outcome.later();
    if (later != null) {
      Promise promise = new Promise(step, diagnosis, startedNs, steps, nowNs, now);
      var unused = later.thenAccept(real -> onPromised(promise, real));
    }
    nextStepNs =
        outcome.done() ? nowNs + Math.max(step.verifyNs(), 3 * now.rttNs()) : nowNs + 10 * MS;
    nextProbeNs = nowNs + 5 * MS;
  }

  /** A step whose outcome comes later, and the moment of the ladder it belongs to. */
  private record Promise(
      Step step, Diagnosis diagnosis, long ladderNs, int number, long atNs, Situation before) {}

  /** The outcome is told in any case; the ladder goes on at once if it still waits for it. */
  private void onPromised(Promise promise, Outcome real) {
    Map<String, String> evidence = promise.before().evidence();
    evidence.put("detail", real.detail());
    host.emit(
        new LinkEvent.RepairStep(
            peer, promise.diagnosis(), promise.step().label(), real.word(), evidence));
    if (phase == Phase.RUNNING && startedNs == promise.ladderNs() && steps == promise.number()) {
      nextProbeNs = promise.atNs();
      if (!real.done()) {
        nextStepNs = promise.atNs();
      }
      host.wakeAt(promise.atNs());
    }
  }

  private void succeed(long nowNs, Situation now) {
    host.emit(
        new LinkEvent.RepairSucceeded(
            peer, diagnosis, Duration.ofNanos(nowNs - startedNs), beforeAndAfter(now)));
    phase = Phase.IDLE;
    diagnosis = Diagnosis.NONE;
    backoffNs = FIRST_BACKOFF_NS;
  }

  private void giveUp(long nowNs, Situation now) {
    Map<String, String> evidence = beforeAndAfter(now);
    evidence.put("retryAfterMs", Long.toString(backoffNs / MS));
    host.emit(
        new LinkEvent.RepairGaveUp(peer, diagnosis, Duration.ofNanos(nowNs - startedNs), evidence));
    phase = Phase.BACKING_OFF;
    resumeNs = nowNs + backoffNs;
    backoffNs = Math.min(MAX_BACKOFF_NS, backoffNs * 2);
  }

  private Map<String, String> beforeAndAfter(Situation now) {
    Map<String, String> evidence = new LinkedHashMap<>(now.evidence());
    if (before != null) {
      Map<String, String> then = before.evidence();
      evidence.put("entryMacBefore", then.getOrDefault("entryMac", "none"));
      evidence.put("entryStateBefore", then.getOrDefault("entryState", "none"));
    }
    evidence.put("steps", Integer.toString(steps));
    return evidence;
  }

  /** The peer is gone: whatever ran is over, without a verdict. */
  public void cancel() {
    phase = Phase.IDLE;
    diagnosis = Diagnosis.NONE;
  }

  /** Returns why unicast fails, {@link Diagnosis#NONE} when it does not. */
  public Diagnosis diagnosis() {
    return diagnosis;
  }

  /** Says whether a ladder is being climbed. */
  public boolean isRunning() {
    return phase == Phase.RUNNING;
  }

  /** Returns when {@link #poll} wants to be called. */
  public long nextDeadlineNs() {
    return switch (phase) {
      case IDLE -> NEVER;
      case RUNNING -> nextStepNs - nextProbeNs < 0 ? nextStepNs : nextProbeNs;
      case BACKING_OFF -> resumeNs;
    };
  }
}
