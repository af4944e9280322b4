package io.limpet.tcp.internal.kernel;

import io.limpet.tcp.TcpConfig;
import io.limpet.tcp.internal.kernel.StreamPeer.Turn;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * The process inside the namespace where Netty applications on the engine meet the system's own
 * programs.
 */
final class NettyReferee {
  /** A scenario: everything it needs is made for it alone. */
  interface Scenario {
    /**
     * Runs it.
     *
     * @param port of the kernel's that nobody uses, for servers of its
     */
    void run(NettyStand stand, int port) throws Exception;
  }

  /**
   * What it is like outside.
   *
   * @param settings of the kernel, by file name under its IPv4 settings
   * @param receiveBufferBytes of the engine's connections
   */
  record Conditions(Weather weather, Map<String, String> settings, int receiveBufferBytes) {
    static Conditions of(Weather weather) {
      return new Conditions(weather, Map.of(), TcpConfig.defaults().receiveBufferBytes());
    }
  }

  /** What one line of input asks for. */
  record Entry(Conditions conditions, Supplier<Flaw> flaw, Scenario scenario) {}

  /** Nothing is lost or reordered. */
  static final Map<String, Entry> CALM = new LinkedHashMap<>();

  static final Map<String, Entry> ROUGH = new LinkedHashMap<>();

  /** The wire is not as the engine meant it. */
  static final Map<String, Entry> FLAWED = new LinkedHashMap<>();

  private static final int MB = 1_000_000;
  private static final int TINY = 4096;
  private static final int FIRST_PORT = 20_000;

  static {
    Conditions clear = Conditions.of(Weather.CLEAR);
    everything(CALM, "clear", clear, 4 * MB);
    TcpConfig defaults = TcpConfig.defaults();
    byteStreams(
        CALM,
        "tiny window of the kernel",
        new Conditions(
            Weather.CLEAR,
            Map.of("tcp_rmem", TINY + " " + TINY + " " + TINY),
            defaults.receiveBufferBytes()),
        MB / 2);
    everything(
        CALM, "tiny window of the engine", new Conditions(Weather.CLEAR, Map.of(), TINY), MB / 2);
    everything(ROUGH, "5 % lost", Conditions.of(Weather.LOSSY), MB);
    everything(ROUGH, "reordered", Conditions.of(Weather.REORDERED), MB);
    everything(ROUGH, "doubled", Conditions.of(Weather.DOUBLED), MB);
    everything(ROUGH, "all at once", Conditions.of(Weather.HURRICANE), MB);
    Flaw.ALL.forEach(
        (name, flaw) ->
            FLAWED.put(
                name, new Entry(clear, flaw, (s, port) -> NetcatCalls.dials(s, Turn.AT_ONCE, MB))));
    FLAWED.put(
        "segments sent twice",
        new Entry(
            Conditions.of(Weather.DOUBLED),
            () -> segment -> {},
            (s, port) -> NetcatCalls.dials(s, Turn.AT_ONCE, MB)));
  }

  private NettyReferee() {}

  private static void everything(
      Map<String, Entry> group, String name, Conditions conditions, int bytes) {
    byteStreams(group, name, conditions, bytes);
    add(group, "iperf3, " + name, conditions, (s, p) -> IperfCalls.accepts(s, p, MB));
    add(group, "iperf3 -R, " + name, conditions, (s, p) -> IperfCalls.accepts(s, p, MB, "-R"));
    add(
        group,
        "iperf3 -P 4, " + name,
        conditions,
        (s, p) -> IperfCalls.accepts(s, p, MB, "-P", "4"));
    add(group, "to iperf3 -s, " + name, conditions, (s, p) -> IperfCalls.dials(s, p, MB));
    add(
        group,
        "to iperf3 -s -R -P 4, " + name,
        conditions,
        (s, p) -> IperfCalls.dials(s, p, MB, "-R", "-P", "4"));
  }

  private static void byteStreams(
      Map<String, Entry> group, String name, Conditions conditions, int bytes) {
    add(group, "curl downloads, " + name, conditions, (s, p) -> CurlCalls.downloads(s, bytes));
    add(group, "curl uploads, " + name, conditions, (s, p) -> CurlCalls.uploads(s, bytes));
    add(group, "curl keeps alive, " + name, conditions, (s, p) -> CurlCalls.keepsAlive(s));
    add(
        group,
        "curl takes its time, " + name,
        conditions,
        (s, p) -> CurlCalls.takesItsTime(s, MB / 2, "2M"));
    add(
        group,
        "nc dials, both at once, " + name,
        conditions,
        (s, p) -> NetcatCalls.dials(s, Turn.AT_ONCE, bytes));
    add(
        group,
        "nc dials, the answer comes after its end, " + name,
        conditions,
        (s, p) -> NetcatCalls.dials(s, Turn.AFTER_PEER, bytes));
    add(
        group,
        "nc listens, both at once, " + name,
        conditions,
        (s, p) -> NetcatCalls.listens(s, p, Turn.AT_ONCE_ENDING_LAST, bytes));
    add(
        group,
        "nc listens, the answer comes after its end, " + name,
        conditions,
        (s, p) -> NetcatCalls.listens(s, p, Turn.AFTER_PEER, bytes));
    add(
        group,
        "from Python's server, " + name,
        conditions,
        (s, p) -> HttpFetch.fromPython(s, p, bytes));
  }

  private static void add(
      Map<String, Entry> group, String name, Conditions conditions, Scenario scenario) {
    group.put(name, new Entry(conditions, () -> segment -> {}, scenario));
  }

  /** Runs inside the namespace until its input ends; the arguments are the seed and a folder. */
  public static void main(String[] arguments) throws IOException {
    long seed = Long.parseLong(arguments[0]);
    Path folder = Path.of(arguments[1]);
    EventLoopGroup links = loops("link", 1, true);
    EventLoopGroup threads = loops("threads", 2, false);
    int[] port = {FIRST_PORT};
    try (Tun tun = Tun.open(KernelReferee.DEVICE)) {
      Answers.serve(
          name -> {
            Entry entry = CALM.getOrDefault(name, ROUGH.getOrDefault(name, FLAWED.get(name)));
            SplittableRandom random = new SplittableRandom(seed + name.hashCode());
            Conditions conditions = Objects.requireNonNull(entry, name).conditions();
            TunAir air = new TunAir(tun, conditions.weather(), random.split());
            air.set(entry.flaw().get());
            TunLink link = TunLink.open((IoEventLoop) links.next(), tun, air);
            try (KernelSettings settings = new KernelSettings();
                NettyStand stand =
                    new NettyStand(
                        link,
                        threads,
                        folder,
                        conditions.receiveBufferBytes(),
                        random.nextLong())) {
              settings.apply(conditions.settings());
              entry.scenario().run(stand, port[0]++);
            }
          });
    }
  }

  private static EventLoopGroup loops(String name, int count, boolean epoll) {
    return new MultiThreadIoEventLoopGroup(
        count,
        new DefaultThreadFactory(name, true),
        epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
  }
}
