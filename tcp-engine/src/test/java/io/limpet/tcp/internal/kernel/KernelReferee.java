package io.limpet.tcp.internal.kernel;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The process inside the namespace: opens the device, then runs the scenario named on each line of
 * its input and answers with one line that begins with {@code OK} or {@code FAILED}.
 */
final class KernelReferee {
  static final String DEVICE = "limpet0";

  /** A scenario: everything it needs is made for it alone. */
  interface Scenario {
    void run(Bridge bridge, long seed) throws Exception;
  }

  /**
   * What one line of input asks for.
   *
   * @param weather on the bridge
   * @param settings of the kernel for this scenario, by file name under its IPv4 settings
   */
  record Entry(Weather weather, Map<String, String> settings, Scenario scenario) {}

  /** Scenarios whose segments are all looked at, on a wire without loss. */
  static final Map<String, Entry> CLEAR = new LinkedHashMap<>();

  /** Scenarios whose segments are all looked at, with loss, reordering, duplication. */
  static final Map<String, Entry> ROUGH = new LinkedHashMap<>();

  /** Scenarios with too many segments to look at all. */
  static final Map<String, Entry> BULK = new LinkedHashMap<>();

  private static final int MB = 1_000_000;

  static {
    for (boolean engine : new boolean[] {true, false}) {
      String who = engine ? ", the engine dials" : ", the kernel dials";
      clear("1 MB both ways" + who, (b, s) -> Transfers.bothWays(b, engine, MB, s));
      clear("tiny window of the kernel" + who, (b, s) -> Transfers.tinyKernelWindow(b, engine, s));
      clear("tiny window of the engine" + who, (b, s) -> Transfers.tinyEngineWindow(b, engine, s));
      clear("the engine closes first" + who, (b, s) -> Endings.engineHalfCloses(b, engine, s));
      clear("the kernel closes first" + who, (b, s) -> Endings.kernelHalfCloses(b, engine, s));
      clear("both close at once" + who, (b, s) -> Endings.simultaneousClose(b, engine, s));
      clear("the engine resets" + who, (b, s) -> Endings.engineResets(b, engine, s));
      clear("the kernel resets" + who, (b, s) -> Endings.kernelResets(b, engine, s));
      clear("the engine closes unread" + who, (b, s) -> Patience.closesUnread(b, engine, s));
      clear("closed window of the kernel" + who, (b, s) -> Patience.closedWindow(b, engine, s));
      clear("keepalive of the engine" + who, (b, s) -> Patience.keepAlive(b, engine));
      clear("probing for larger segments" + who, (b, s) -> Sizes.probesUp(b, engine, s));
      add(
          ROUGH,
          "black hole for large segments" + who,
          Weather.CLEAR,
          (b, s) -> Sizes.blackHole(b, engine, s));
      add(ROUGH, "user timeout" + who, Weather.CLEAR, (b, s) -> Patience.userTimeout(b, engine, s));
      Scenario small = (b, s) -> Transfers.bothWays(b, engine, MB, s);
      Scenario large = (b, s) -> Transfers.bothWays(b, engine, 20 * MB, s);
      add(ROUGH, "1 MB with loss" + who, Weather.LOSSY, small);
      add(ROUGH, "1 MB shuffled" + who, Weather.SHUFFLED, small);
      add(ROUGH, "1 MB in a storm" + who, Weather.STORM, small);
      add(BULK, "20 MB" + who, Weather.CLEAR, large);
      add(BULK, "20 MB with loss" + who, Weather.LOSSY, large);
      for (String off : new String[] {"tcp_timestamps", "tcp_sack", "tcp_window_scaling"}) {
        Map<String, String> settings = Map.of(off, "0");
        CLEAR.put("1 MB without " + off + who, new Entry(Weather.CLEAR, settings, small));
        ROUGH.put(
            "1 MB in a storm without " + off + who, new Entry(Weather.STORM, settings, small));
      }
      Map<String, String> ecn = Map.of("tcp_ecn", "1");
      CLEAR.put("1 MB and the kernel asks for ECN" + who, new Entry(Weather.CLEAR, ecn, small));
    }
    clear("tiny windows on both sides", Transfers::tinyBothWays);
    clear("segments as large as announced", Transfers::segmentSize);
    clear("both dial at once", Endings::simultaneousOpen);
    clear("refused both ways", (b, s) -> Endings.refused(b));
    clear("many short connections", (b, s) -> Endings.manyShort(b, 200, s));
    clear("ports used again at the engine", (b, s) -> Endings.portsAgainAtEngine(b, 7201, s));
    clear("ports used again at the kernel", (b, s) -> Endings.portsAgainAtKernel(b, 7301, s));
    clear("urgent data is in the stream", (b, s) -> Endings.urgentData(b));
    clear("urgent data of the kernel", (b, s) -> Urgency.fromKernel(b));
    clear("urgent data of the engine", (b, s) -> Urgency.fromEngine(b));
    Map<String, String> bare = Map.of("tcp_timestamps", "0");
    CLEAR.put(
        "ports used again at the engine, without timestamps",
        new Entry(Weather.CLEAR, bare, (b, s) -> Endings.portsAgainAtEngine(b, 7211, s)));
    CLEAR.put(
        "ports used again at the kernel, without timestamps",
        new Entry(Weather.CLEAR, bare, (b, s) -> Endings.portsAgainAtKernel(b, 7311, s)));
    Map<String, String> eager =
        Map.of("tcp_keepalive_time", "1", "tcp_keepalive_intvl", "1", "tcp_keepalive_probes", "1");
    CLEAR.put("keepalive", new Entry(Weather.CLEAR, eager, (b, s) -> Endings.keepAlive(b)));
    add(
        ROUGH,
        "many short connections in a storm",
        Weather.STORM,
        (b, s) -> Endings.manyShort(b, 40, s));
    add(
        BULK,
        "the engine resets in full flow",
        Weather.CLEAR,
        (b, s) -> Endings.resetsInFullFlow(b, true, s));
    add(
        BULK,
        "the kernel resets in full flow",
        Weather.CLEAR,
        (b, s) -> Endings.resetsInFullFlow(b, false, s));
  }

  private KernelReferee() {}

  private static void clear(String name, Scenario scenario) {
    add(CLEAR, name, Weather.CLEAR, scenario);
  }

  private static void add(
      Map<String, Entry> group, String name, Weather weather, Scenario scenario) {
    group.put(name, new Entry(weather, Map.of(), scenario));
  }

  /** Runs inside the namespace until its input ends; the first argument is the seed. */
  public static void main(String[] arguments) throws IOException {
    long seed = Long.parseLong(arguments[0]);
    try (Tun tun = Tun.open(DEVICE)) {
      Answers.serve(
          name -> {
            Entry entry = CLEAR.getOrDefault(name, ROUGH.getOrDefault(name, BULK.get(name)));
            run(tun, Objects.requireNonNull(entry, name), seed + name.hashCode());
          });
    }
  }

  private static void run(Tun tun, Entry entry, long seed) throws Exception {
    try (KernelSettings settings = new KernelSettings();
        Bridge bridge = new Bridge(tun, entry.weather(), seed)) {
      settings.apply(entry.settings());
      entry.scenario().run(bridge, seed);
    }
  }
}
