package io.limpet.node.internal.journal;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.limpet.node.MeshNode;
import io.limpet.node.internal.privacy.Pseudonyms;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes events as JSON lines to rotating files and, when asked, hands them on.
 *
 * <p>{@link #record} is safe for any thread and never blocks: a bounded queue stands between the
 * event loop and the disk; what does not fit is counted and said later.
 */
public final class Journal implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final int QUEUE_EVENTS = 4096;
  private static final long CLOSE_TIMEOUT_MS = 2_000;

  /** So often a journal in which nothing happens is looked through for what is too old. */
  private static final long TIDY_HOURS = 1;

  /** No line is empty but the one that ends the writer. */
  private static final String END = "";

  private final ObjectMapper mapper = JsonMapper.builder().build();
  private final BlockingQueue<String> queue = new LinkedBlockingQueue<>(QUEUE_EVENTS);
  private final AtomicLong dropped = new AtomicLong();
  private final List<Consumer<JournalEvent>> listeners = new CopyOnWriteArrayList<>();
  private final JournalMemory memory = new JournalMemory();
  private final RotatingFile file;
  private final @Nullable Consumer<String> copy;
  private final @Nullable Pseudonyms pseudonyms;
  private final Clock clock;
  private final Thread writer;

  /**
   * Opens a journal.
   *
   * @param file where lines go
   * @param copy who gets each line as well, on the journal's thread, or null
   * @param pseudonyms what takes the place of names and addresses in what is written, or null
   */
  public Journal(
      RotatingFile file,
      @Nullable Consumer<String> copy,
      @Nullable Pseudonyms pseudonyms,
      Clock clock) {
    this.file = file;
    this.copy = copy;
    this.pseudonyms = pseudonyms;
    this.clock = clock;
    file.setHeader(
        () ->
            line(
                clock.instant().truncatedTo(ChronoUnit.MICROS),
                new JournalEvent.JournalOpened(
                    JournalEvent.SCHEMA, MeshNode.VERSION, pseudonyms != null)));
    this.writer = new Thread(this::run, "limpet-journal");
    writer.setDaemon(true);
    writer.start();
  }

  /** Returns what has happened lately. */
  public JournalMemory memory() {
    return memory;
  }

  /**
   * Tells a listener of every event from now on, on whatever thread it is recorded: it must neither
   * block nor throw.
   */
  public void addListener(Consumer<JournalEvent> listener) {
    listeners.add(listener);
  }

  /** Records one event with the present time. */
  public void record(JournalEvent event) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    memory.keep(new Moment(now, event));
    if (!queue.offer(line(now, event))) {
      dropped.incrementAndGet();
    }
    listeners.forEach(listener -> listener.accept(event));
  }

  private String line(Instant time, JournalEvent event) {
    ObjectNode line = mapper.createObjectNode();
    line.put("time", time.toString());
    line.put("event", event.name());
    ObjectNode fields = mapper.valueToTree(event);
    line.setAll(fields);
    if (pseudonyms != null) {
      pseudonyms.hideIn(line);
    }
    return line.toString();
  }

  private void run() {
    try {
      for (String line = next(); !line.isEmpty(); line = next()) {
        long lost = dropped.getAndSet(0);
        if (lost > 0) {
          record(new JournalEvent.JournalDropped(lost));
        }
        write(line);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    file.close();
  }

  private String next() throws InterruptedException {
    String line = queue.poll(TIDY_HOURS, TimeUnit.HOURS);
    while (line == null) {
      try {
        file.tidy();
      } catch (IOException e) {
        LOG.warn("old files of the journal {} cannot be deleted: {}", file.path(), e.getMessage());
      }
      line = queue.poll(TIDY_HOURS, TimeUnit.HOURS);
    }
    return line;
  }

  private void write(String line) {
    if (copy != null) {
      copy.accept(line);
    }
    try {
      file.write(line);
    } catch (IOException e) {
      LOG.warn("the journal {} cannot be written: {}", file.path(), e.getMessage());
    }
  }

  /** Writes what is queued and closes, within a bounded time. */
  @Override
  public void close() {
    try {
      if (queue.offer(END, CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
        writer.join(CLOSE_TIMEOUT_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
