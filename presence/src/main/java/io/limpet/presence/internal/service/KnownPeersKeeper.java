package io.limpet.presence.internal.service;

import io.limpet.presence.internal.roster.KnownPeers;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the known peers to the disk, on a thread of its own, and not for each newcomer of a crowd.
 *
 * <p>Confined to the event loop, except where said.
 */
final class KnownPeersKeeper {
  private static final long SPACING_NS = 1_000_000_000L;
  private static final long CLOSE_MS = 1_000;

  private static final Logger log = LoggerFactory.getLogger(KnownPeersKeeper.class);

  private final KnownPeersFile file;
  private final KnownPeers book;
  private final EventLoop loop;
  private final ExecutorService disk;
  private final AtomicReference<@Nullable Unsaved> unsaved = new AtomicReference<>();
  private volatile boolean failed;
  private boolean saveDue;
  private boolean savedBefore;
  private long savedNs;

  /** A text that is to be written, and who waits for that. */
  private record Unsaved(String text, List<CompletableFuture<Void>> waiting) {}

  KnownPeersKeeper(KnownPeersFile file, KnownPeers book, EventLoop loop, ExecutorService disk) {
    this.file = file;
    this.book = book;
    this.loop = loop;
    this.disk = disk;
  }

  /** The first newcomer is written down at once, a crowd of them together. */
  void saveSoon() {
    if (saveDue) {
      return;
    }
    saveDue = true;
    long sinceLastNs = loop.ticker().nanoTime() - savedNs;
    long delayNs = savedBefore ? Math.max(0, SPACING_NS - sinceLastNs) : 0;
    if (delayNs == 0) {
      saveIfDue();
    } else {
      var unused = loop.schedule(this::saveIfDue, delayNs, TimeUnit.NANOSECONDS);
    }
  }

  /** Writes what waits to be written. */
  void saveIfDue() {
    if (saveDue) {
      save(new CompletableFuture<>());
    }
  }

  /** Says whether the disk is behind because it refused. */
  boolean hasFailed() {
    return failed;
  }

  /** Writes the book as it is now. */
  CompletableFuture<Void> saveNow() {
    CompletableFuture<Void> saved = new CompletableFuture<>();
    save(saved);
    return saved;
  }

  private void save(CompletableFuture<Void> saved) {
    saveDue = false;
    savedBefore = true;
    savedNs = loop.ticker().nanoTime();
    List<CompletableFuture<Void>> waiting = new ArrayList<>(List.of(saved));
    Unsaved next = new Unsaved(book.format(), waiting);
    Unsaved before = unsaved.getAndSet(null);
    if (before != null) {
      waiting.addAll(before.waiting()); // The newest text holds all that theirs would have.
    }
    unsaved.set(next);
    try {
      disk.execute(this::write);
    } catch (RejectedExecutionException e) {
      log.debug("the known peers changed after the close");
      waiting.forEach(each -> each.completeExceptionally(e));
    }
  }

  private void write() {
    Unsaved next = unsaved.getAndSet(null);
    if (next == null) {
      return;
    }
    try {
      file.save(next.text());
      failed = false;
      next.waiting().forEach(each -> each.complete(null));
    } catch (IOException e) {
      failed = true;
      log.error("the known peers could not be written: {}", e.toString());
      next.waiting().forEach(each -> each.completeExceptionally(e));
    }
  }

  /** Waits for what is being written. Not on the event loop. */
  void close() throws InterruptedException {
    disk.shutdown();
    if (!disk.awaitTermination(CLOSE_MS, TimeUnit.MILLISECONDS)) {
      log.warn("the known peers are still being written");
    }
  }
}
