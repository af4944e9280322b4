package io.limpet.rig.internal.bench.link;

import io.limpet.rig.internal.bench.result.Case;
import io.limpet.rig.internal.bench.stand.BenchException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** One way in which a link fails, and what Limpet is to make of it. Stateless. */
public abstract class Fault {
  private final String name;
  private final String title;
  private final Map<Subject, Map<Figure, Double>> goalsMs = new EnumMap<>(Subject.class);

  Fault(String name, String title) {
    this.name = name;
    this.title = title;
  }

  /** Sets within which time data is to flow again: the first message and the longest pause. */
  final void flowsWithin(double ms) {
    goal(Subject.LIMPET, Figure.FIRST, ms);
    goal(Subject.LIMPET, Figure.PAUSE, ms);
  }

  /** Sets one more goal. */
  final void goal(Subject subject, Figure figure, double atMostMs) {
    goalsMs.computeIfAbsent(subject, any -> new EnumMap<>(Figure.class)).put(figure, atMostMs);
  }

  /** Has it measured on nodes of an ordinary user as well, with the same goals but for repair. */
  final void alsoAsOrdinaryUser(double repairedMs) {
    Map<Figure, Double> same = new EnumMap<>(goalsMs(Subject.LIMPET));
    same.put(Figure.REPAIRED, repairedMs);
    goalsMs.put(Subject.ORDINARY, same);
  }

  /** Returns what the command line calls it. */
  public final String name() {
    return name;
  }

  /** Says what it is, in a few words. */
  public final String title() {
    return title;
  }

  /** Returns the case under which its results are kept. */
  public final Case of(Family family) {
    return new Case(name, family.name().toLowerCase(java.util.Locale.ROOT), "A", 0);
  }

  /** Returns on whom it is measured. */
  public final List<Subject> subjects() {
    List<Subject> all = new ArrayList<>(goalsMs.keySet());
    all.add(Subject.KERNEL);
    return all;
  }

  /** Returns what somebody is to reach, in milliseconds at most. */
  public final Map<Figure, Double> goalsMs(Subject subject) {
    return goalsMs.getOrDefault(subject, Map.of());
  }

  /** How many networks it takes. */
  int networks() {
    return 1;
  }

  /** Whether it is there before the two have ever met, and so needs nodes of its own. */
  boolean beforeTheyMeet() {
    return false;
  }

  /** Brings the ground into the state in which it can strike. */
  void prepare(Ground ground) throws BenchException {}

  /** Strikes. */
  abstract Strike strike(Ground ground) throws BenchException;

  /** Strikes two kernels. */
  Strike strike(KernelPair pair) throws BenchException {
    return strike(pair.ground());
  }

  /** Takes back what does not pass by itself. */
  void restore(Ground ground) {
    ground.healAll();
  }

  /**
   * Returns how many frames it has swallowed so far: a fault that swallows nothing has not struck.
   */
  abstract long casualties(Ground ground);

  /** Measures it on two nodes that reach each other. */
  Map<Figure, Double> measure(LimpetPair pair) throws BenchException {
    return LimpetTrial.measure(this, pair);
  }

  /**
   * Waits until what was wrong is right again, as long as patience goes.
   *
   * @param marks how much of the journals was there before the fault
   * @return after how many milliseconds; infinite when it was not; not a number when there is
   *     nothing to repair
   */
  double repairedMs(LimpetPair pair, Strike strike, Marks marks) throws BenchException {
    return Double.NaN;
  }

  /** Returns what has to be said before the figure of two kernels' streams. */
  String kernelStreamWords() {
    return "";
  }

  /** Returns what is told of two kernels' streams: after how long data flows again. */
  double kernelStreamMs(TwoWay streams, Strike strike) throws BenchException {
    return streams.firstMs(strike);
  }
}
