package io.limpet.rig.internal.bench;

import picocli.CommandLine.Command;

/** {@code limpet bench}. */
@Command(
    name = "bench",
    description = "Measure on an emulated radio, others beside Limpet.",
    subcommands = {
      TcpBench.class,
      LinkBench.class,
      NodeBench.class,
      BeaconBench.class,
      GroupBench.class,
      PresenceBench.class
    })
public final class BenchCommand {}
