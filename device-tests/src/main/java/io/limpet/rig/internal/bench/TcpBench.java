package io.limpet.rig.internal.bench;

import io.limpet.node.NodeException;
import io.limpet.rig.internal.bench.run.BenchRun;
import io.limpet.rig.internal.bench.stand.Profile;
import io.limpet.rig.internal.bench.workload.Plan;
import io.limpet.rig.internal.bench.workload.Workload;
import io.limpet.rig.internal.bench.workload.Workloads;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code limpet bench tcp}: Limpet's TCP beside what others have, on the same link. */
@Command(
    name = "tcp",
    description = "Limpet beside the kernel's TCP and QUIC, on the same emulated link.",
    footer = {
      "%nWorkloads: bulk, echo, connect, outage, queue, fairness, veth, many, idle.",
      "Peers: tcp-cubic, tcp-bbr, quic-cubic, quic-bbr, or tcp- and any control of this kernel;",
      "quic-cubic-plain and quic-bbr-plain are without the kernel's segmentation offloads.",
      "Needs root. docs/benchmarks/README.md says what each figure means."
    })
final class TcpBench extends ReportingCommand {
  private static final List<String> PEERS =
      List.of("tcp-cubic", "tcp-bbr", "quic-cubic", "quic-bbr");

  private static final List<String> QUICK_PEERS = List.of("tcp-bbr", "quic-bbr");
  private static final List<String> QUICK_WORKLOADS =
      List.of("bulk", "echo", "connect", "outage", "veth");

  @Option(names = "--workload", split = ",", paramLabel = "NAME", description = "Default: all.")
  private List<String> workloads = List.of();

  @Option(
      names = "--profile",
      split = ",",
      paramLabel = "NAME",
      description = "A, B, or a link of your own as 8M/30ms (rate, delay one way). Default A,B.")
  private List<String> profiles = List.of();

  @Option(
      names = "--loss",
      split = ",",
      paramLabel = "P",
      description = "Of each frame, 0 to 0.9; default: what each workload's goals are about.")
  private List<Double> losses = List.of();

  @Option(names = "--peers", split = ",", paramLabel = "NAME", description = "Default: all four.")
  private List<String> peers = List.of();

  @Option(names = "--seeds", paramLabel = "N", description = "Runs of each; default 3, quick 1.")
  private @Nullable Integer seeds;

  @Option(names = "--seed", paramLabel = "N", description = "The first seed; default 1.")
  private long firstSeed = 1;

  @Option(names = "--seconds", paramLabel = "N", description = "Of each transfer.")
  private @Nullable Integer seconds;

  @Option(names = "--count", paramLabel = "N", description = "Of messages or connections.")
  private @Nullable Integer count;

  @Option(names = "--quick", description = "About 3 minutes: less of everything, one seed.")
  private boolean quick;

  @Override
  public Integer call() throws NodeException, IOException {
    Plan plan = plan();
    List<Workload> chosen = chosenWorkloads();
    int runs = seeds == null ? (quick ? 1 : 3) : seeds;
    List<Long> chance = LongStream.range(firstSeed, firstSeed + runs).boxed().toList();
    PrintWriter messages = here().commandLine().getErr();
    return report(chosen, soFar -> new BenchRun(plan, chosen, chance, messages, soFar).run());
  }

  private Plan plan() {
    for (double loss : losses) {
      require(loss >= 0 && loss <= 0.9, "a loss is 0 to 0.9, not " + loss);
    }
    for (String peer : peers) {
      require(
          peer.matches("tcp-[a-z0-9_]{1,15}|quic-(cubic|bbr)(-plain)?"),
          "no peer '" + peer + "': there are " + String.join(", ", PEERS));
    }
    require(seeds == null || (seeds >= 1 && seeds <= 100), "--seeds is 1 to 100");
    require(seconds == null || (seconds >= 1 && seconds <= 600), "--seconds is 1 to 600");
    require(count == null || (count >= 1 && count <= 100_000), "--count is 1 to 100000");
    List<String> links = profiles.isEmpty() ? (quick ? List.of("A") : List.of("A", "B")) : profiles;
    return new Plan(
        links.stream().map(name -> named(Profile::of, name)).toList(),
        losses,
        peers.isEmpty() ? (quick ? QUICK_PEERS : PEERS) : peers,
        seconds == null ? OptionalInt.empty() : OptionalInt.of(seconds),
        count == null ? OptionalInt.empty() : OptionalInt.of(count),
        quick);
  }

  private List<Workload> chosenWorkloads() {
    if (workloads.isEmpty()) {
      return quick ? QUICK_WORKLOADS.stream().map(Workloads::of).toList() : Workloads.all();
    }
    return workloads.stream().map(name -> named(Workloads::of, name)).toList();
  }
}
