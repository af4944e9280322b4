package io.limpet.invitation.internal.store;

import io.limpet.invitation.internal.group.ChannelStore;
import io.limpet.link.Bytes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Channels in the file: each is a kind of its own. Confined to one event loop. */
final class SqliteChannelStore implements ChannelStore {
  private static final Logger LOG = LoggerFactory.getLogger(SqliteChannelStore.class);
  private static final String KIND = "channel/";

  /** A commit on its way to the disk; one is not another, whatever it changes. */
  private static final class Waiting {
    final String kind;
    final List<RecordChange> changes;

    Waiting(String kind, List<RecordChange> changes) {
      this.kind = kind;
      this.changes = changes;
    }
  }

  private final RecordFile file;
  private final CommitQueue queue;
  private final Deque<Waiting> waiting = new ArrayDeque<>();

  /** What the file had at the start, until it changes: the loop has no time to read it. */
  private final Map<String, Map<String, byte[]>> atStart;

  /** The kinds of which there are records, or are to be. */
  private final Set<String> kinds;

  /** Makes one; {@code atStart}: what {@link #readAll} has returned. */
  SqliteChannelStore(RecordFile file, CommitQueue queue, Map<String, Map<String, byte[]>> atStart) {
    this.file = file;
    this.queue = queue;
    this.atStart = atStart;
    this.kinds = new TreeSet<>(atStart.keySet());
  }

  /** Reads all channels, which takes a while. */
  static Map<String, Map<String, byte[]>> readAll(RecordFile file) throws StoreException {
    return file.loadAll(KIND);
  }

  @Override
  public Map<String, Bytes> load(String activity) {
    String kind = KIND + activity;
    Map<String, Bytes> records = new TreeMap<>();
    Map<String, byte[]> known = atStart.get(kind);
    try {
      (known == null ? file.loadBeside(kind) : known)
          .forEach((key, body) -> records.put(key, Bytes.of(body)));
    } catch (StoreException e) {
      LOG.error("{}; what was said in activity {} is not known here", e.getMessage(), activity);
    }
    // What was committed in this life is there, though the disk may not have it yet.
    for (Waiting commit : waiting) {
      if (commit.kind.equals(kind)) {
        commit.changes.forEach(change -> make(change, records));
      }
    }
    return records;
  }

  private static void make(RecordChange change, Map<String, Bytes> records) {
    Bytes body = change.body();
    if (change.isOfAll()) {
      records.clear();
    } else if (body == null) {
      records.remove(change.id());
    } else {
      records.put(change.id(), body);
    }
  }

  @Override
  public CompletionStage<Void> commit(String activity, List<Change> changes) {
    for (Change change : changes) {
      Bytes body = change.body();
      if (change.key().isEmpty()
          || change.key().length() > MAX_KEY
          || (body != null && body.length() > MAX_BODY)) {
        throw new IllegalArgumentException("a record beyond the bounds: " + change.key());
      }
    }
    String kind = KIND + activity;
    kinds.add(kind);
    return put(kind, changes.stream().map(c -> new RecordChange(kind, c.key(), c.body())).toList());
  }

  @Override
  public Set<String> activities() {
    return kinds.stream()
        .map(kind -> kind.substring(KIND.length()))
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public void remove(String activity) {
    String kind = KIND + activity;
    kinds.remove(kind);
    var unused = put(kind, List.of(RecordChange.forgetAll(kind)));
  }

  private CompletionStage<Void> put(String kind, List<RecordChange> changes) {
    atStart.remove(kind);
    Waiting commit = new Waiting(kind, changes);
    waiting.add(commit);
    return queue.put(changes).whenComplete((done, failure) -> waiting.remove(commit));
  }
}
