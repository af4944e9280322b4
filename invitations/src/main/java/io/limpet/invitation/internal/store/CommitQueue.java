package io.limpet.invitation.internal.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes changes from a thread of its own: all that came while one commit was under way go into the
 * next, and a little more ({@link CommitPace}). The stages complete on the loop, in the order of
 * the calls.
 *
 * <p>When a commit fails, so does everything that was put before the loop heard of it: it may rest
 * on what was not stored. The loop hears of all of that in one go, whichever store it was put by,
 * so that nothing that is put afterwards and tried again comes between.
 *
 * <p>{@link #put} and {@link #close} are called on the loop only.
 */
final class CommitQueue {
  private static final Logger LOG = LoggerFactory.getLogger(CommitQueue.class);

  private record Entry(
      List<RecordChange> changes, CompletableFuture<Void> stage, long generation) {}

  private final RecordFile file;
  private final Executor loop;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private List<Entry> waiting = new ArrayList<>();
  private boolean closing;

  // The loop's own.
  private final Deque<Entry> unanswered = new ArrayDeque<>();
  private long generation;

  // The writer's own.
  private long failedGeneration = -1;
  private final CommitPace pace = new CommitPace();

  /**
   * Starts writing; the file is closed with the queue.
   *
   * @param loop where stages complete
   */
  CommitQueue(RecordFile file, Executor loop) {
    this.file = file;
    this.loop = loop;
    // Not a daemon: what was put before the end of the process is written.
    new Thread(this::write, "limpet-store").start();
  }

  /** Completes when the change is committed. */
  CompletionStage<Void> put(RecordChange change) {
    return put(List.of(change));
  }

  /** Completes when the changes are committed, all of them at once. */
  CompletionStage<Void> put(List<RecordChange> changes) {
    Entry entry = new Entry(List.copyOf(changes), new CompletableFuture<>(), generation);
    lock.lock();
    try {
      if (closing) {
        entry.stage().completeExceptionally(new StoreException("the store is closed"));
      } else {
        waiting.add(entry);
        unanswered.add(entry);
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
    return entry.stage();
  }

  /** Writes what is waiting, then closes the file. Returns at once. */
  void close() {
    lock.lock();
    try {
      closing = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private void write() {
    try {
      while (true) {
        List<Entry> batch = take();
        if (batch.isEmpty()) {
          return;
        }
        commit(batch);
      }
    } finally {
      file.close();
    }
  }

  /** Returns all that waits, soon after anything does; nothing when the queue is closed. */
  private List<Entry> take() {
    lock.lock();
    try {
      while (waiting.isEmpty() && !closing) {
        changed.awaitUninterruptibly();
      }
      rest();
      List<Entry> batch = waiting;
      waiting = new ArrayList<>();
      return batch;
    } finally {
      lock.unlock();
    }
  }

  /** Lets more come, until the next commit may begin; whoever closes does not wait. */
  private void rest() {
    long leftNs = pace.waitNs(System.nanoTime());
    while (leftNs > 0 && !closing) {
      try {
        var unused = changed.awaitNanos(leftNs);
      } catch (InterruptedException e) {
        // Nobody has reason to interrupt the only thread that writes: it goes on, at once.
        LOG.debug("interrupted between two commits", e);
        return;
      }
      leftNs = pace.waitNs(System.nanoTime());
    }
  }

  private void commit(List<Entry> batch) {
    // The rest rested on what failed, and its callers hear of it with that.
    List<Entry> live = batch.stream().filter(e -> e.generation() > failedGeneration).toList();
    if (live.isEmpty()) {
      return;
    }
    try {
      long startNs = System.nanoTime();
      file.commit(newest(live));
      pace.onCommitted(startNs, System.nanoTime());
      onLoop(() -> live.forEach(this::done));
    } catch (StoreException e) {
      failed(live, e);
    } catch (RuntimeException e) {
      // A driver's own trouble must not end the only thread that writes.
      failed(live, new StoreException("cannot write: " + e, e));
    }
  }

  /** Of several versions of one record only the last is worth writing. */
  private static Collection<RecordChange> newest(List<Entry> live) {
    Map<String, Map<String, RecordChange>> kinds = new LinkedHashMap<>();
    for (Entry entry : live) {
      for (RecordChange change : entry.changes()) {
        Map<String, RecordChange> kind =
            kinds.computeIfAbsent(change.kind(), k -> new LinkedHashMap<>());
        if (change.isOfAll()) {
          kind.clear();
        }
        kind.put(change.id(), change);
      }
    }
    return kinds.values().stream().flatMap(kind -> kind.values().stream()).toList();
  }

  private void failed(List<Entry> live, StoreException why) {
    LOG.error("{}; nothing that depends on it was said", why.getMessage());
    long failed = live.get(live.size() - 1).generation();
    failedGeneration = failed;
    onLoop(() -> fail(failed, why));
  }

  private void done(Entry entry) {
    // The writer is heard in the order of its work: all before this one is answered.
    unanswered.remove();
    entry.stage().complete(null);
  }

  private void fail(long failed, StoreException why) {
    generation = Math.max(generation, failed + 1);
    List<Entry> lost = new ArrayList<>();
    while (!unanswered.isEmpty() && unanswered.peek().generation() <= failed) {
      lost.add(unanswered.remove());
    }
    lost.forEach(entry -> entry.stage().completeExceptionally(why));
  }

  private void onLoop(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException e) {
      LOG.debug("the loop is gone: nobody waits for the store", e);
    }
  }
}
