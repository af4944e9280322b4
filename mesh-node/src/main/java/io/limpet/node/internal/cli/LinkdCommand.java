package io.limpet.node.internal.cli;

import io.limpet.link.LinkConfig;
import io.limpet.link.LinkDaemon;
import io.limpet.link.LinkDaemonConfig;
import io.limpet.link.LinkException;
import io.limpet.link.SiteHook;
import io.limpet.node.NodeException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "linkd",
    description =
        "Run the helper daemon: it repairs neighbour entries for nodes without privileges.",
    footer = "%nIt runs as root until it is stopped, best by its systemd unit: see docs/linkd.md.")
final class LinkdCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--socket",
      paramLabel = "PATH",
      description = "The Unix socket (default: ${DEFAULT-VALUE}).")
  private Path socket = LinkConfig.DEFAULT_LINKD;

  @Option(
      names = "--interface",
      paramLabel = "IF",
      required = true,
      description = "Do it on this interface and on no other; may be given again.")
  private List<String> interfaces = List.of();

  @Option(
      names = "--allow-user",
      paramLabel = "USER",
      description = "Who may ask, by name or number; may be given again.")
  private List<String> users = List.of();

  @Option(
      names = "--allow-group",
      paramLabel = "GROUP",
      description = "Whose members may ask, by name or number; may be given again.")
  private List<String> groups = List.of();

  @Option(
      names = "--site-hook",
      paramLabel = "COMMAND",
      converter = SiteHookConverter.class,
      description = "Run this, without a shell, for a peer that unicast does not reach.")
  private @Nullable SiteHook siteHook;

  @Override
  public Integer call() throws NodeException, InterruptedException {
    if (spec == null) {
      throw new IllegalStateException("not run by the command line");
    }
    PrintWriter out = spec.commandLine().getOut();
    CountDownLatch stop = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    try (LinkDaemon daemon = LinkDaemon.start(config(), line -> print(out, line))) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> onSignal(stop, stopped)));
      print(out, "linkd listens on " + socket + " for " + String.join(", ", interfaces));
      stop.await();
      print(out, summary(daemon));
    } catch (LinkException e) {
      throw new NodeException(String.valueOf(e.getMessage()), e);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    } finally {
      stopped.countDown();
    }
    return Limpet.OK;
  }

  private LinkDaemonConfig config() {
    return new LinkDaemonConfig(
        socket.toAbsolutePath().normalize(), interfaces, users, groups, siteHook);
  }

  private static void print(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }

  private static String summary(LinkDaemon daemon) {
    return "linkd ends: "
        + daemon.operationsDone()
        + " operations done, "
        + daemon.operationsDenied()
        + " denied, "
        + daemon.refusedClients()
        + " clients refused, "
        + daemon.malformedClients()
        + " malformed";
  }

  /** The socket's file goes before the process does. */
  private static void onSignal(CountDownLatch stop, CountDownLatch stopped) {
    stop.countDown();
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
