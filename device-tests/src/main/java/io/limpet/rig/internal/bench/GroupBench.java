package io.limpet.rig.internal.bench;

import io.limpet.node.NodeException;
import io.limpet.rig.internal.bench.group.GroupPlan;
import io.limpet.rig.internal.bench.group.GroupRun;
import io.limpet.rig.internal.bench.group.GroupTopic;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code limpet bench group}: what it costs and takes to tell all members of a group. */
@Command(
    name = "group",
    description = "Limpet's group channel beside JGroups and a stream for each member.",
    footer = {
      "%nContenders: limpet, limpet-streams, jgroups-udp, jgroups-tuned.",
      "Needs root. docs/benchmarks/group/README.md says what each figure means."
    })
final class GroupBench extends ReportingCommand {
  private static final int MOST_MEMBERS = 20;

  @Option(
      names = "--members",
      split = ",",
      paramLabel = "N",
      description = "Sizes of the group, 2 to 20. Default 2,5,20.")
  private List<Integer> members = List.of(2, 5, MOST_MEMBERS);

  @Option(names = "--contender", split = ",", paramLabel = "NAME", description = "Default: all.")
  private List<String> contenders = GroupPlan.ALL;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "Messages that come one by one, 20 to 10000. Default 100.")
  private int count = 100;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "For which one sender sends all it can, 1 to 600. Default 4.")
  private int seconds = 4;

  @Option(
      names = "--bytes",
      paramLabel = "N",
      description = "Of a message, 100 to 60000. Default 1000.")
  private int bytes = 1000;

  @Option(
      names = "--unicast-rate",
      paramLabel = "N",
      description = "Of the radios, in Mbit/s, 6 to 1000; multicast goes at 6. Default 24.")
  private int unicastMegabits = 24;

  @Mixin private AirOptions air = new AirOptions();

  @Override
  public Integer call() throws NodeException, IOException {
    GroupPlan plan = plan();
    PrintWriter messages = here().commandLine().getErr();
    return report(List.of(new GroupTopic()), soFar -> new GroupRun(plan, messages, soFar).run());
  }

  private GroupPlan plan() {
    require(
        !members.isEmpty() && members.stream().allMatch(n -> n >= 2 && n <= MOST_MEMBERS),
        "--members: 2 to 20");
    List<Double> losses = air.losses(this);
    require(
        !contenders.isEmpty() && GroupPlan.ALL.containsAll(contenders),
        "contenders are " + String.join(", ", GroupPlan.ALL));
    require(count >= MOST_MEMBERS && count <= 10_000, "--count is 20 to 10000");
    require(seconds >= 1 && seconds <= 600, "--seconds is 1 to 600");
    require(bytes >= 100 && bytes <= 60_000, "--bytes is 100 to 60000");
    require(unicastMegabits >= 6 && unicastMegabits <= 1_000, "--unicast-rate is 6 to 1000");
    long unicastRate = unicastMegabits * 1_000_000L;
    return new GroupPlan(
        members, losses, contenders, count, seconds, bytes, unicastRate, air.seed());
  }
}
