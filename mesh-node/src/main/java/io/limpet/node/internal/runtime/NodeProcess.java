package io.limpet.node.internal.runtime;

import io.limpet.node.MeshNode;
import io.limpet.node.MeshNodeBuilder;
import io.limpet.node.NodeException;
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
      PrintWriter out)
      throws NodeException, IOException, InterruptedException {
    return new NodeProcess()
        .live(builder, home, port, events, privateJournal, untilStdinCloses, out);
  }

  /** Returns what a person is told of a node that is up. */
  public static String ready(String name, String address, Path home) {
    return name + " is ready at " + address + ", home " + home;
  }

  private int live(
      MeshNodeBuilder builder,
      Path home,
      int port,
      @Nullable String events,
      boolean privateJournal,
      boolean untilStdinCloses,
      PrintWriter out)
      throws NodeException, IOException, InterruptedException {
    boolean eventsOnStdout = "-".equals(events);
    try (LiveNode live =
        LiveNode.start(
            builder, clock, processStart(), printer(events), privateJournal, stop::countDown)) {
      Runtime.getRuntime().addShutdownHook(new Thread(this::onSignal, "limpet-shutdown"));
      if (untilStdinCloses) {
        watchStdin();
      }
      live.ready(port);
      if (!eventsOnStdout) {
        MeshNode node = live.node();
        out.println(ready(node.name(), node.link().localAddress().toString(), home));
        People.announce(node, out);
      }
      stop.await();
    } finally {
      stopped.countDown();
    }
    return 0;
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
