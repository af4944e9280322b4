package io.limpet.node.internal.runtime;

import io.limpet.node.MeshNode;
import io.limpet.node.MeshNodeBuilder;
import io.limpet.node.NodeException;
import io.limpet.node.internal.http.HttpServers;
import io.limpet.node.internal.metrics.MetricsPublisher;
import io.limpet.node.internal.metrics.MetricsSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A node as a process of its own, and its orderly end. */
public final class NodeProcess {
  private static final long SHUTDOWN_TIMEOUT_S = 8;

  private final CountDownLatch stop = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Clock clock = Clock.systemUTC();

  private NodeProcess() {}

  /**
   * Runs a node until it is told to stop, by command, by signal, or by the end of standard input.
   *
   * @param events {@code -} for standard output, a file, or null
   * @param privateJournal whether pseudonyms take the place of names and addresses in the journal
   * @param metrics where the node's numbers go
   * @param pagePort of this machine, for the neighbourhood page, or empty for none
   * @param out where a person reads, unless events go to standard output
   * @return the exit code
   */
  public static int run(
      MeshNodeBuilder builder,
      Path home,
      int port,
      @Nullable String events,
      boolean privateJournal,
      boolean untilStdinCloses,
      MetricsSettings metrics,
      OptionalInt pagePort,
      PrintWriter out)
      throws NodeException, IOException, InterruptedException {
    return new NodeProcess()
        .live(
            builder, home, port, events, privateJournal, untilStdinCloses, metrics, pagePort, out);
  }

  private int live(
      MeshNodeBuilder builder,
      Path home,
      int port,
      @Nullable String events,
      boolean privateJournal,
      boolean untilStdinCloses,
      MetricsSettings metrics,
      OptionalInt pagePort,
      PrintWriter out)
      throws NodeException, IOException, InterruptedException {
    try (LiveNode live =
            LiveNode.start(
                builder, clock, processStart(), printer(events), privateJournal, stop::countDown);
        HttpServers http = new HttpServers()) {
      Runnable unpublish = publish(live, metrics, http);
      try (PageHolder page = PageHolder.start(live, pagePort, http)) {
        Runtime.getRuntime().addShutdownHook(new Thread(this::onSignal, "limpet-shutdown"));
        if (untilStdinCloses) {
          watchStdin();
        }
        List<String> lines = announcement(live.node(), home, metrics, page);
        live.ready(port, lines);
        if (!"-".equals(events)) {
          lines.forEach(out::println);
          People.announce(live.node(), out);
        }
        stop.await();
      } finally {
        unpublish.run();
      }
    } finally {
      stopped.countDown();
    }
    return 0;
  }

  /** Returns what a person is told of a node that is up. */
  private static List<String> announcement(
      MeshNode node, Path home, MetricsSettings metrics, PageHolder page) {
    List<String> lines = new ArrayList<>();
    lines.add(node.name() + " is ready at " + node.link().localAddress() + ", home " + home);
    if (metrics.http() != null) {
      lines.add("metrics at http://" + HttpServers.written(metrics.http()) + MetricsPublisher.PATH);
    }
    page.url().ifPresent(url -> lines.add("neighbourhood page at " + url));
    return lines;
  }

  /**
   * Begins to publish numbers, and returns what ends it. Where nobody asks for them, nothing that
   * makes them is even loaded.
   */
  private static Runnable publish(LiveNode live, MetricsSettings metrics, HttpServers http)
      throws NodeException {
    if (metrics.isOff()) {
      return () -> {};
    }
    return MetricsPublisher.start(live.node(), live::addListener, metrics, http)::close;
  }

  private Instant processStart() {
    Instant now = clock.instant();
    return now.minusMillis(ProcessAge.millis(now));
  }

  private static @Nullable Consumer<String> printer(@Nullable String events) throws NodeException {
    PrintStream stream = stream(events);
    return stream == null
        ? null
        : line -> {
          stream.println(line);
          stream.flush();
        };
  }

  private static @Nullable PrintStream stream(@Nullable String events) throws NodeException {
    if (events == null) {
      return null;
    }
    if (events.equals("-")) {
      return System.out;
    }
    try {
      OutputStream file =
          Files.newOutputStream(
              Path.of(events), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      return new PrintStream(file, false, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new NodeException(
          "events cannot be written to " + events + " (" + e.getMessage() + ")", e);
    }
  }

  /** A signal ends the process as the stop command does: with a goodbye. */
  private void onSignal() {
    stop.countDown();
    try {
      stopped.await(SHUTDOWN_TIMEOUT_S, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void watchStdin() {
    Thread watcher =
        new Thread(
            () -> {
              try (InputStream in = System.in) {
                while (in.read() >= 0) {
                  // What is written there means nothing; only its end does.
                }
              } catch (IOException e) {
                // Treated like its end.
              }
              stop.countDown();
            },
            "limpet-stdin");
    watcher.setDaemon(true);
    watcher.start();
  }
}
