package io.limpet.rig.internal.bench.link;

import io.limpet.rig.RigException;
import io.limpet.rig.internal.bench.result.Results;
import io.limpet.rig.internal.bench.result.Run;
import io.limpet.rig.internal.bench.run.Abreast;
import io.limpet.rig.internal.bench.run.Progress;
import io.limpet.rig.internal.bench.stand.BenchException;
import io.limpet.rig.internal.bench.stand.Conditions;
import io.limpet.rig.internal.bench.stand.Profile;
import io.limpet.rig.internal.bench.stand.Watch;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Measures everything that a plan asks for: each fault strikes all its subjects at the same time,
 * each on devices and an air of its own. Used once.
 */
public final class LinkRun {
  private final LinkPlan plan;
  private final Results results = new Results();
  private final Progress progress;
  private final Consumer<Results> afterEach;
  private final @Nullable Path journals;

  /** The pairs of nodes that are used again, by what they are like. */
  private final Map<String, LimpetPair> pairs = new HashMap<>();

  /** To be closed at the end; whoever was closed before is not hurt by it. */
  private final Set<LimpetPair> everStarted = ConcurrentHashMap.newKeySet();

  /** Nothing is started any more. */
  private volatile boolean closing;

  private final List<Thread> watchingKernels = new ArrayList<>();

  /**
   * Prepares a run.
   *
   * @param messages where a waiting person reads
   * @param journals where the nodes' journals are kept of what failed, or null for nowhere
   * @param afterEach is given the results so far, again and again
   */
  public LinkRun(
      LinkPlan plan, PrintWriter messages, @Nullable Path journals, Consumer<Results> afterEach) {
    this.plan = plan;
    this.journals = journals;
    this.progress = new Progress(messages, plan.expected());
    this.afterEach = afterEach;
  }

  /** Measures; what was started is ended, however this ends. */
  public Results run() {
    Thread hook = new Thread(this::close, "limpet-bench-shutdown");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      int steps = plan.runs() * plan.faults().size();
      for (int number = 1; number <= plan.runs(); number++) {
        for (Fault fault : plan.faults()) {
          strike(fault, number);
          progress.did(plan.expected().minus(plan.kernelAtMost()).dividedBy(steps));
          afterEach.accept(results);
        }
      }
      Abreast.await(watchingKernels);
      afterEach.accept(results);
    } finally {
      close();
    }
    Runtime.getRuntime().removeShutdownHook(hook);
    return results;
  }

  private void strike(Fault fault, int number) {
    List<Thread> nodes = new ArrayList<>();
    for (Subject subject : fault.subjects()) {
      if (subject == Subject.KERNEL) {
        if (number == 1) {
          watchingKernels.add(Abreast.begin(() -> onKernels(fault), "kernel-" + fault.name()));
        }
      } else {
        if (!fault.beforeTheyMeet()) {
          warm(fault, subject); // one after the other, before anybody measures
        }
        nodes.add(Abreast.begin(() -> onNodes(fault, subject, number), subject.contender()));
      }
    }
    Abreast.await(nodes);
  }

  private void warm(Fault fault, Subject subject) {
    try {
      pair(fault, subject);
    } catch (BenchException | RigException e) {
      drop(fault, subject); // told when it is measured
    }
  }

  private static String key(Fault fault, Subject subject) {
    return subject.contender() + "-" + fault.networks();
  }

  private LimpetPair pair(Fault fault, Subject subject) throws BenchException {
    synchronized (pairs) {
      LimpetPair pair = pairs.get(key(fault, subject));
      if (pair == null) {
        pair = fresh(fault, subject);
        pairs.put(key(fault, subject), pair);
        pair.start();
        pair.warmUp();
      }
      return pair;
    }
  }

  private LimpetPair fresh(Fault fault, Subject subject) throws BenchException {
    if (closing) {
      throw new BenchException("the benchmark is being ended");
    }
    Ground ground = Ground.start(plan.family(), fault.networks());
    LimpetPair pair = LimpetPair.on(ground, subject == Subject.LIMPET);
    everStarted.add(pair);
    return pair;
  }

  private void drop(Fault fault, Subject subject) {
    @Nullable LimpetPair pair;
    synchronized (pairs) {
      pair = pairs.remove(key(fault, subject));
    }
    if (pair != null) {
      pair.close();
      everStarted.remove(pair);
    }
  }

  private void onNodes(Fault fault, Subject subject, int number) {
    Run run = measured(fault, subject, number, 1);
    Conditions conditions = run.conditions();
    if (conditions != null && conditions.mediumLate()) {
      Run again = measured(fault, subject, number, 2);
      Conditions quieter = again.conditions();
      run = quieter != null && quieter.quieterThan(conditions) ? again : run;
    }
    add(fault, run);
  }

  private Run measured(Fault fault, Subject subject, int number, int attempt) {
    try {
      Map<Figure, Double> found;
      Conditions conditions;
      if (fault.beforeTheyMeet()) {
        try (LimpetPair pair = fresh(fault, subject)) {
          Watch watch = Watch.over(pair.ground().rig(), Profile.A.rttMs());
          found = measured(fault, subject, number, pair);
          conditions = watch.conditions();
          everStarted.remove(pair); // closed here
        }
      } else {
        LimpetPair pair = pair(fault, subject);
        pair.settle();
        Watch watch = Watch.over(pair.ground().rig(), Profile.A.rttMs());
        found = measured(fault, subject, number, pair);
        conditions = watch.conditions();
      }
      return run(fault, subject, number, found, conditions, attempt, "");
    } catch (BenchException | RigException e) {
      drop(fault, subject); // whatever state it is in: the next gets a new one
      return run(fault, subject, number, Map.of(), null, attempt, String.valueOf(e.getMessage()));
    }
  }

  private Map<Figure, Double> measured(Fault fault, Subject subject, int number, LimpetPair pair)
      throws BenchException {
    try {
      return fault.measure(pair);
    } catch (BenchException | RigException e) {
      Path folder = journals;
      if (folder != null) {
        try {
          pair.saveJournals(
              folder, "failed-" + fault.name() + "-" + subject.contender() + "-" + number);
        } catch (IOException unwritable) {
          e.addSuppressed(unwritable);
        }
      }
      throw e;
    }
  }

  private void onKernels(Fault fault) {
    Run run;
    try {
      if (closing) {
        throw new BenchException("the benchmark is being ended");
      }
      Ground ground = Ground.start(plan.family(), fault.networks());
      Map<Figure, Double> found = KernelTrial.measure(fault, ground, plan.kernelAtMost());
      run = run(fault, Subject.KERNEL, 1, found, null, 1, "");
    } catch (BenchException | RigException e) {
      run = run(fault, Subject.KERNEL, 1, Map.of(), null, 1, String.valueOf(e.getMessage()));
    }
    add(fault, run);
  }

  private Run run(
      Fault fault,
      Subject subject,
      int number,
      Map<Figure, Double> found,
      @Nullable Conditions conditions,
      int attempts,
      String failure) {
    Map<String, Double> values = new TreeMap<>();
    found.forEach((figure, value) -> values.put(figure.key(), value));
    return new Run(
        fault.of(plan.family()),
        subject.contender(),
        number,
        values,
        conditions,
        attempts,
        failure);
  }

  private void add(Fault fault, Run run) {
    results.add(run);
    StringBuilder words = new StringBuilder();
    words.append(fault.name()).append(' ').append(run.contender());
    words.append(", run ").append(run.seed()).append(':');
    if (!run.failure().isEmpty()) {
      words.append(' ').append(run.failure());
    }
    for (Figure figure : Figure.values()) {
      Double value = run.values().get(figure.key());
      if (value != null && figure != Figure.KERNEL_WATCHED) {
        words.append(String.format(Locale.ROOT, " %s %s;", figure.title(), ms(value)));
      }
    }
    boolean disturbed = run.conditions() != null && run.conditions().disturbed();
    progress.found(words + (disturbed ? " (disturbed)" : ""));
  }

  private static String ms(double value) {
    return Double.isInfinite(value) ? "not seen" : String.format(Locale.ROOT, "%.0f ms", value);
  }

  private void close() {
    closing = true;
    // Without the lock: whoever holds it may be waiting for what is ended here.
    everStarted.forEach(LimpetPair::close);
  }
}
