package io.limpet.node.internal.runtime;

import io.limpet.link.LinkInterface;
import io.limpet.node.MeshNode;
import io.limpet.node.MeshNodeBuilder;
import io.limpet.node.NodeException;
import io.limpet.node.internal.control.ControlCommands;
import io.limpet.node.internal.control.ControlServer;
import io.limpet.node.internal.control.ExplainCommands;
import io.limpet.node.internal.control.FileCommands;
import io.limpet.node.internal.control.NodeCommands;
import io.limpet.node.internal.control.StreamCommands;
import io.limpet.node.internal.journal.Journal;
import io.limpet.node.internal.journal.JournalEvent;
import io.limpet.node.internal.journal.JournalFeed;
import io.limpet.node.internal.journal.JournalFiles;
import io.limpet.node.internal.journal.JournalTail;
import io.limpet.node.internal.journal.RotatingFile;
import io.limpet.node.internal.page.PageSource;
import io.limpet.node.internal.privacy.PseudonymKey;
import io.limpet.node.internal.privacy.Pseudonyms;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A node that can be driven from outside: with its journal and its control socket, in whatever
 * process it lives. Safe for any thread.
 */
public final class LiveNode implements AutoCloseable {
  /**
   * The command that returns which process this is, and the lines that a person is told of a node
   * that is up; none before it is.
   */
  public static final String ANNOUNCEMENT = "announcement";

  private static final RotatingFile.Limits JOURNAL =
      new RotatingFile.Limits(8 << 20, 7, Duration.ofDays(28));

  private final Clock clock;
  private final Instant startedAt;
  private final MeshNode node;
  private final Journal journal;
  private final ControlCommands commands;
  private final ControlServer control;
  private final List<String> announcement;
  private final AtomicBoolean closed = new AtomicBoolean();

  private LiveNode(
      Clock clock,
      Instant startedAt,
      MeshNode node,
      Journal journal,
      ControlCommands commands,
      ControlServer control,
      List<String> announcement) {
    this.clock = clock;
    this.startedAt = startedAt;
    this.node = node;
    this.journal = journal;
    this.commands = commands;
    this.control = control;
    this.announcement = announcement;
  }

  /**
   * Starts a node, its journal and its control socket; {@link #ready} is for the caller to say.
   *
   * @param startedAt when the start began, as the journal will tell it
   * @param events who gets each line of the journal as well, on the journal's thread, or null
   * @param stop what the stop command does; must not block
   */
  public static LiveNode start(
      MeshNodeBuilder builder,
      Clock clock,
      Instant startedAt,
      @Nullable Consumer<String> events,
      Runnable stop)
      throws NodeException {
    return start(builder, clock, startedAt, events, false, stop);
  }

  /**
   * The same.
   *
   * @param privateJournal whether pseudonyms take the place of names and addresses in the journal
   */
  public static LiveNode start(
      MeshNodeBuilder builder,
      Clock clock,
      Instant startedAt,
      @Nullable Consumer<String> events,
      boolean privateJournal,
      Runnable stop)
      throws NodeException {
    MeshNode node = builder.start();
    Path file = JournalFiles.present(node.home());
    Journal journal;
    try {
      Pseudonyms pseudonyms = privateJournal ? pseudonyms(node) : null;
      journal = new Journal(new RotatingFile(file, JOURNAL, clock), events, pseudonyms, clock);
    } catch (NodeException | RuntimeException e) {
      node.close();
      throw e;
    }
    try {
      NodeRuntime runtime = (NodeRuntime) node;
      JournalFeed feed = new JournalFeed(journal, node.roster(), node.address(), node.name());
      runtime.feed(feed);
      Measuring.begin(node, feed);
      ControlCommands commands = new NodeCommands(node, clock, runtime.perfLog(), stop).all();
      new ExplainCommands(node, journal.memory(), new JournalTail(file), clock).addTo(commands);
      new StreamCommands(runtime.streams(), node.roster()).addTo(commands);
      new FileCommands(runtime.files(), node.roster()).addTo(commands);
      List<String> announcement = new CopyOnWriteArrayList<>();
      commands.add(
          ANNOUNCEMENT,
          (args, reply) ->
              reply.result(
                  Map.of(
                      "pid", ProcessHandle.current().pid(), "lines", List.copyOf(announcement))));
      ControlServer control = ControlServer.start(node.home(), commands);
      return new LiveNode(clock, startedAt, node, journal, commands, control, announcement);
    } catch (NodeException | RuntimeException e) {
      journal.close();
      node.close();
      throw e;
    }
  }

  private static Pseudonyms pseudonyms(MeshNode node) throws NodeException {
    try {
      Pseudonyms pseudonyms = new Pseudonyms(PseudonymKey.of(node.home()));
      // Before anything is written: this person's name may stand in the text of any event.
      pseudonyms.learnPeer(node.name(), node.address());
      return pseudonyms;
    } catch (IOException e) {
      throw new NodeException("no pseudonyms can be made: " + e.getMessage(), e);
    }
  }

  /** Returns the node. */
  public MeshNode node() {
    return node;
  }

  /**
   * Tells a listener of every event of the journal from now on; it must neither block nor throw.
   */
  public void addListener(Consumer<JournalEvent> listener) {
    journal.addListener(listener);
  }

  /** Returns what a page in a browser shows of this node, and does with it. */
  public PageSource pageSource() {
    return new PageSource(
        node, ((NodeRuntime) node).colours(), commands, journal::addListener, clock);
  }

  /**
   * Writes that the node is ready.
   *
   * @param port the UDP port of the multicast groups
   * @param lines what a person is told of it
   */
  public void ready(int port, List<String> lines) {
    journal.record(
        new JournalEvent.NodeReady(
            node.name(),
            node.link().localAddress().toString(),
            node.link().epoch(),
            port,
            node.link().interfaces().stream().map(LinkInterface::name).toList(),
            node.home().toString(),
            ProcessHandle.current().pid(),
            sinceStartMs()));
    node.invitations()
        .damagedStore()
        .ifPresent(
            damage ->
                journal.record(
                    new JournalEvent.StoreDamaged(
                        damage.file().toString(), damage.movedTo().toString(), damage.reason())));
    announcement.addAll(lines);
  }

  private long sinceStartMs() {
    return Duration.between(startedAt, clock.instant()).toMillis();
  }

  /** Takes no more commands, says goodbye, and stops, within a bounded time. Idempotent. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    control.close();
    String address = node.link().localAddress().toString();
    node.close();
    // Last, so that what the end of the layers brings about is in the journal before it.
    journal.record(new JournalEvent.NodeStopped(node.name(), address, sinceStartMs()));
    journal.close();
  }
}
