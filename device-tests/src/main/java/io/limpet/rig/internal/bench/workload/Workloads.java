package io.limpet.rig.internal.bench.workload;

import java.util.List;

/** All workloads, in an order in which a short run tells most. */
public final class Workloads {
  private static final List<Workload> ALL =
      List.of(
          new BulkWorkload(),
          new EchoWorkload(),
          new ConnectWorkload(),
          new OutageWorkload(),
          new QueueWorkload(),
          new FairnessWorkload(),
          new VethWorkload(),
          new ManyWorkload(),
          new IdleWorkload());

  private Workloads() {}

  /** Returns them. */
  public static List<Workload> all() {
    return ALL;
  }

  /** Returns the one of that name. */
  public static Workload of(String name) {
    return ALL.stream()
        .filter(workload -> workload.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no workload '"
                        + name
                        + "': there are "
                        + String.join(", ", ALL.stream().map(Workload::name).toList())));
  }
}
