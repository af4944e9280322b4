package io.limpet.node.internal.runtime;

import io.limpet.link.LinkInterface;
import io.limpet.node.MeshNode;
import io.limpet.node.MeshNodeBuilder;
import io.limpet.node.NodeException;
import io.limpet.node.internal.control.ControlServer;
import io.limpet.node.internal.control.NodeCommands;
import io.limpet.node.internal.journal.Journal;
import io.limpet.node.internal.journal.JournalEvent;
import io.limpet.node.internal.journal.JournalFeed;
import io.limpet.node.internal.journal.RotatingFile;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A node as a process of its own: journal, control socket, and an orderly end. */
public final class NodeProcess {
  private static final long JOURNAL_FILE_BYTES = 8 << 20;
  private static final int JOURNAL_OLD_FILES = 7;
  private static final long SHUTDOWN_TIMEOUT_S = 8;

  private final CountDownLatch stop = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Clock clock = Clock.systemUTC();
  private final long startedMs = clock.millis();

  private NodeProcess() {}

  /**
   * Runs a node until it is told to stop, by command, by signal, or by the end of standard input.
   *
   * @param events {@code -} for standard output, a file, or null
   * @param out where a person reads, unless events go to standard output
   * @return the exit code
   */
  public static int run(
      MeshNodeBuilder builder,
      Path home,
      int port,
      @Nullable String events,
      boolean untilStdinCloses,
      PrintWriter out)
      throws NodeException, IOException, InterruptedException {
    return new NodeProcess().live(builder, home, port, events, untilStdinCloses, out);
  }

  private int live(
      MeshNodeBuilder builder,
      Path home,
      int port,
      @Nullable String events,
      boolean untilStdinCloses,
      PrintWriter out)
      throws NodeException, IOException, InterruptedException {
    boolean eventsOnStdout = "-".equals(events);
    try (MeshNode node = builder.start();
        Journal journal = new Journal(journalFile(home), copy(events), clock)) {
      Runtime.getRuntime().addShutdownHook(new Thread(this::onSignal, "limpet-shutdown"));
      ((NodeRuntime) node).feed(new JournalFeed(journal, node.roster()));
      ControlServer control =
          ControlServer.start(home, new NodeCommands(node, clock, stop::countDown).all());
      try {
        if (untilStdinCloses) {
          watchStdin();
        }
        journal.record(ready(node, home, port));
        if (!eventsOnStdout) {
          out.println(
              node.name() + " is ready at " + node.link().localAddress() + ", home " + home);
          People.announce(node, out);
        }
        stop.await();
      } finally {
        control.close();
      }
      journal.record(
          new JournalEvent.NodeStopped(
              node.name(), node.link().localAddress().toString(), clock.millis() - startedMs));
    } finally {
      stopped.countDown();
    }
    return 0;
  }

  private JournalEvent ready(MeshNode node, Path home, int port) {
    return new JournalEvent.NodeReady(
        node.name(),
        node.link().localAddress().toString(),
        node.link().epoch(),
        port,
        node.link().interfaces().stream().map(LinkInterface::name).toList(),
        home.toString(),
        ProcessHandle.current().pid(),
        ProcessAge.millis(clock.instant()));
  }

  private static RotatingFile journalFile(Path home) {
    return new RotatingFile(
        home.resolve("journal").resolve("journal.jsonl"), JOURNAL_FILE_BYTES, JOURNAL_OLD_FILES);
  }

  private static @Nullable PrintStream copy(@Nullable String events) throws NodeException {
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
