package io.limpet.invitation.internal.group;

import io.limpet.link.Bytes;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A disk that takes a while, may be full, and outlives a crash; what was under way does not. */
final class SimDisk {
  private static final long COMMIT_NS = 2_000_000L;

  private final SimTime time;
  private final Map<String, Bytes> records = new TreeMap<>();
  boolean full;

  SimDisk(SimTime time) {
    this.time = time;
  }

  /** The disk as one life of a process sees it. */
  final class Life implements ChannelStore {
    private boolean dead;
    private long issued;
    private long doomedThrough;

    void crash() {
      dead = true;
    }

    @Override
    public Map<String, Bytes> load(String activity) {
      return Map.copyOf(records);
    }

    @Override
    public CompletionStage<Void> commit(String activity, List<Change> changes) {
      CompletableFuture<Void> stage = new CompletableFuture<>();
      long number = ++issued;
      time.in(COMMIT_NS, () -> finish(changes, stage, number));
      return stage;
    }

    private void finish(List<Change> changes, CompletableFuture<Void> stage, long number) {
      if (dead) {
        return;
      }
      if (number <= doomedThrough || full) {
        if (number > doomedThrough) {
          doomedThrough = issued;
        }
        stage.completeExceptionally(new IOException("the disk is full"));
        return;
      }
      for (Change change : changes) {
        if (change.key().length() > MAX_KEY
            || (change.body() != null && change.body().length() > MAX_BODY)) {
          throw new AssertionError("a record beyond the bounds: " + change.key());
        }
        if (change.body() == null) {
          records.remove(change.key());
        } else {
          records.put(change.key(), change.body());
        }
      }
      stage.complete(null);
    }

    @Override
    public Set<String> activities() {
      return records.isEmpty() ? Set.of() : Set.of("a");
    }

    @Override
    public void remove(String activity) {
      records.clear();
    }
  }
}
