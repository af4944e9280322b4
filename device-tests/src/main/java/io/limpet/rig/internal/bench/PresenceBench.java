package io.limpet.rig.internal.bench;

import io.limpet.node.NodeException;
import io.limpet.rig.internal.bench.presence.PresencePlan;
import io.limpet.rig.internal.bench.presence.PresenceRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code limpet bench presence}: how soon it is seen who is here, who died, and who is back. */
@Command(
    name = "presence",
    description = "How soon nodes see who comes, who dies and who is back, over a lossy radio.",
    footer = {
      "%nNeeds root. With avahi-daemon installed, also how soon avahi-browse shows a node.",
      "docs/benchmarks/presence/README.md says what each figure means."
    })
final class PresenceBench extends ReportingCommand {
  private static final int MOST_MEMBERS = 12;
  private static final int MOST_MINUTES = 24 * 60;

  @Option(
      names = "--members",
      paramLabel = "N",
      description = "Nodes at a time, one of which comes and goes, 2 to 12. Default 5.")
  private int members = 5;

  @Option(
      names = "--starts",
      paramLabel = "N",
      description = "Nodes that nobody has met start, at each loss, 0 to 1000. Default 12.")
  private int starts = 12;

  @Option(
      names = "--deaths",
      paramLabel = "N",
      description = "Deaths, each with two restarts, at each loss, 0 to 1000. Default 3.")
  private int deaths = 3;

  @Option(
      names = "--quiet-minutes",
      paramLabel = "N",
      description = "For which nothing happens, at each loss, 0 to 1440. Default 0.")
  private int quietMinutes;

  @Mixin private AirOptions air = new AirOptions();

  @Override
  public Integer call() throws NodeException, IOException {
    PresencePlan plan = plan();
    PrintWriter messages = here().commandLine().getErr();
    return report(PresenceRun.TOPICS, soFar -> new PresenceRun(plan, messages, soFar).run());
  }

  private PresencePlan plan() {
    require(members >= 2 && members <= MOST_MEMBERS, "--members is 2 to 12");
    List<Double> losses = air.losses(this);
    require(starts >= 0 && starts <= 1_000, "--starts is 0 to 1000");
    require(deaths >= 0 && deaths <= 1_000, "--deaths is 0 to 1000");
    require(quietMinutes >= 0 && quietMinutes <= MOST_MINUTES, "--quiet-minutes is 0 to 1440");
    return new PresencePlan(
        members, losses, starts, deaths, Duration.ofMinutes(quietMinutes), air.seed());
  }
}
