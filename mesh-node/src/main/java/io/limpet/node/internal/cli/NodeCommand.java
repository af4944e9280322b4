package io.limpet.node.internal.cli;

import io.limpet.invitation.WhoMayInvite;
import io.limpet.link.SiteHook;
import io.limpet.node.MeshNode;
import io.limpet.node.NodeException;
import io.limpet.node.internal.control.ControlException;
import io.limpet.node.internal.metrics.MetricsSettings;
import io.limpet.node.internal.page.NeighbourhoodPage;
import io.limpet.node.internal.runtime.NodeProcess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "node",
    description = "Run a node until it is stopped.",
    footer = {
      "%nIt is driven from another terminal: limpet --home DIR peers, invite, say …",
      "%nEach of these is also a key of the file config.toml in the home folder, and",
      "a variable of the environment: see 'limpet config'."
    })
final class NodeCommand implements Callable<Integer> {
  /** {@link io.limpet.link.LinkConfig#DEFAULT_BEACON_AIRTIME} as people write it. */
  static final String DEFAULT_AIRTIME = "2%";

  @ParentCommand private @Nullable Limpet limpet;
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "What you are called (default: your user name).")
  private String name = System.getProperty("user.name", "limpet");

  @Option(
      names = "--interface",
      paramLabel = "IF",
      split = ",",
      description = "Use this interface; may be given again (default: every one that is fit).")
  private List<String> interfaces = List.of();

  @Option(
      names = "--port",
      paramLabel = "N",
      converter = PortConverter.class,
      description = "UDP port of the multicast groups (default 7464).")
  private int port = io.limpet.link.LinkConfig.DEFAULT_PORT;

  @Option(names = "--perf", description = "Let peers measure against this node.")
  private boolean perf;

  @Option(
      names = "--mdns",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Publish and browse by mDNS (default), or not.")
  private boolean mdns = true;

  @Option(
      names = "--plain-chat",
      description = {
        "Be seen by people who chat by mDNS without Limpet (finch, Pidgin),",
        "invite them by a line of chat, and hear what they write. In the clear."
      })
  private boolean plainChat;

  @Option(
      names = "--privileges",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Write neighbour entries when able to (default), or never.")
  private boolean privileges = true;

  @Option(
      names = "--linkd",
      paramLabel = "PATH|off",
      converter = LinkdPathConverter.class,
      description = "Ask the helper daemon here for what this user may not do.")
  private Optional<Path> linkd = Optional.of(io.limpet.link.LinkConfig.DEFAULT_LINKD);

  @Option(
      names = "--site-hook",
      paramLabel = "COMMAND",
      converter = SiteHookConverter.class,
      description = {
        "Run this, without a shell, for a peer that unicast does not reach;",
        "{interface}, {mac}, {ip} and {peer} stand for what it is about."
      })
  private @Nullable SiteHook siteHook;

  @Option(
      names = "--beacon-airtime",
      paramLabel = "PERCENT",
      converter = ShareConverter.class,
      defaultValue = DEFAULT_AIRTIME,
      description =
          "Airtime for the hellos of the whole mesh, the same on all nodes (default 2%%).")
  private double beaconAirtime;

  @Option(
      names = "--who-may-invite",
      paramLabel = "everyone|known|nobody",
      converter = WhoMayInviteConverter.class,
      description = "Whose invitations are taken at first (default: see policy).")
  private @Nullable WhoMayInvite whoMayInvite;

  @Option(
      names = "--events",
      paramLabel = "-|FILE",
      description = "Print the journal as JSON lines on standard output, or into a file.")
  private @Nullable String events;

  @Option(
      names = "--private",
      description = "Write pseudonyms instead of names and addresses into the journal.")
  private boolean privateJournal;

  @Option(
      names = "--metrics",
      paramLabel = "[IP:]PORT|off",
      converter = ListenAddressConverter.class,
      description =
          "Let Prometheus fetch this node's numbers here, at /metrics; without IP only programs of"
              + " this machine can (default off).")
  private Optional<InetSocketAddress> metrics = Optional.empty();

  @Option(
      names = "--otlp",
      paramLabel = "URL|off",
      converter = CollectorConverter.class,
      description = "Push this node's numbers to a collector, by OTLP over HTTP (default off).")
  private Optional<URI> otlp = Optional.empty();

  @Option(
      names = "--otlp-interval",
      paramLabel = "DURATION",
      converter = PushIntervalConverter.class,
      defaultValue = "1m",
      description = "How often they are pushed (default 1m).")
  private Duration otlpInterval = Duration.ofMinutes(1);

  @Option(
      names = {"--page", "--web"},
      paramLabel = "PORT|off",
      arity = "0..1",
      fallbackValue = NeighbourhoodPage.PORT,
      converter = PagePort.Converter.class,
      description =
          "Serve the neighbourhood page to browsers of this machine (default off). 'limpet page'"
              + " tells its URL. The port is 7465 unless given, 0 for any that is free.")
  private PagePort page = PagePort.OFF;

  @Option(
      names = "--until-stdin-closes",
      description = "Stop when standard input ends, so that a parent's death is noticed.")
  private boolean untilStdinCloses;

  @Option(
      names = BackgroundNode.OPTION,
      description = "Return as soon as it is up, and let it run until 'limpet stop'.")
  private boolean background;

  @Override
  public Integer call() throws NodeException, ControlException, IOException, InterruptedException {
    if (limpet == null || spec == null) {
      throw new IllegalStateException("not run by the command line");
    }
    limpet.settings(spec.commandLine().getParseResult()).apply();
    Path home = limpet.home();
    if (plainChat && !mdns) {
      throw new picocli.CommandLine.ParameterException(
          spec.commandLine(), "--plain-chat finds people by mDNS: leave --no-mdns away");
    }
    if (background) {
      if (untilStdinCloses || "-".equals(events)) {
        throw new picocli.CommandLine.ParameterException(
            spec.commandLine(), BackgroundNode.OPTION + " has no standard input and output");
      }
      BackgroundNode.start(home, limpet.client()).forEach(spec.commandLine().getOut()::println);
      return Limpet.OK;
    }
    return NodeProcess.run(
        MeshNode.builder(home, name)
            .interfaces(interfaces)
            .port(port)
            .perf(perf)
            .mdns(mdns)
            .plainChat(plainChat)
            .privileged(privileges)
            .linkd(linkd.orElse(null))
            .siteHook(siteHook)
            .beaconAirtime(beaconAirtime)
            .whoMayInvite(whoMayInvite),
        home,
        port,
        events,
        privateJournal,
        untilStdinCloses,
        new MetricsSettings(metrics.orElse(null), otlp.orElse(null), otlpInterval, privateJournal),
        page.number(),
        spec.commandLine().getOut());
  }
}
