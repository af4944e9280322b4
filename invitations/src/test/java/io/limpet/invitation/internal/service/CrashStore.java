package io.limpet.invitation.internal.service;

import io.limpet.invitation.DamagedStore;
import io.limpet.invitation.internal.activity.ActivityRecord;
import io.limpet.invitation.internal.activity.ActivityStore;
import io.limpet.invitation.internal.chat.ChatStore;
import io.limpet.invitation.internal.chat.MemoryChatStore;
import io.limpet.invitation.internal.group.ChannelStore;
import io.limpet.invitation.internal.group.MemoryChannelStore;
import io.limpet.invitation.internal.invite.InvitationSession;
import io.limpet.invitation.internal.invite.InvitationStore;
import io.limpet.invitation.internal.store.MemorySettings;
import io.limpet.invitation.internal.store.Settings;
import io.limpet.invitation.internal.store.Stores;
import io.limpet.link.Bytes;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A disk in virtual time: each change is committed after a while, its caller hears of it a little
 * later, and a crash may fall before, between or after. Now and then it is full for a while; what
 * then fails takes along what was put before the failure was known, as the stores' contracts say.
 */
final class CrashStore implements Stores {
  private static final int MAX_COMMIT_NS = 8_000_000;
  private static final int MAX_NOTICE_NS = 2_000_000;

  /** Waiting for the disk. */
  private record Write(Runnable change, CompletableFuture<Void> stage, int life) {}

  private final SimNet net;
  private final Map<String, InvitationSession> sessions = new LinkedHashMap<>();
  private final Map<String, ActivityRecord> records = new LinkedHashMap<>();

  /** Every record that ever was committed, in order. */
  final List<ActivityRecord> history = new ArrayList<>();

  private final ChannelStore lines = new MemoryChannelStore();
  private final ChatStore chats = new MemoryChatStore();
  private final Settings settings = new MemorySettings();
  private final Deque<Write> writes = new ArrayDeque<>();
  private boolean full;
  private boolean writing;
  private int failures;
  private int heardFailures;
  private int life;

  CrashStore(SimNet net) {
    this.net = net;
  }

  /** The power goes: what is not committed never will be, and nobody hears of what is. */
  void crash() {
    life++;
    writes.clear();
    writing = false;
    heardFailures = failures;
  }

  void setFull(boolean now) {
    full = now;
  }

  @Override
  public InvitationStore invitations() {
    return new InvitationStore() {
      @Override
      public List<InvitationSession> load() {
        return List.copyOf(sessions.values());
      }

      @Override
      public CompletionStage<Void> put(InvitationSession session) {
        return write(() -> sessions.put(session.id(), session));
      }

      @Override
      public void remove(String id) {
        var unused = write(() -> sessions.remove(id));
      }
    };
  }

  @Override
  public ActivityStore activities() {
    return new ActivityStore() {
      @Override
      public List<ActivityRecord> load() {
        return List.copyOf(records.values());
      }

      @Override
      public CompletionStage<Void> put(ActivityRecord record) {
        return write(
            () -> {
              records.put(record.id(), record);
              history.add(record);
            });
      }

      @Override
      public void remove(String id) {
        var unused = write(() -> records.remove(id));
      }
    };
  }

  @Override
  public ChannelStore channels() {
    return new ChannelStore() {
      @Override
      public Map<String, Bytes> load(String activity) {
        return lines.load(activity);
      }

      @Override
      public CompletionStage<Void> commit(String activity, List<Change> changes) {
        return write(
            () -> {
              var unused = lines.commit(activity, changes);
            });
      }

      @Override
      public Set<String> activities() {
        return lines.activities();
      }

      @Override
      public void remove(String activity) {
        var unused = write(() -> lines.remove(activity));
      }
    };
  }

  @Override
  public ChatStore chats() {
    return chats;
  }

  @Override
  public Settings settings() {
    return settings;
  }

  @Override
  public Optional<DamagedStore> damage() {
    return Optional.empty();
  }

  private CompletionStage<Void> write(Runnable change) {
    Write write = new Write(change, new CompletableFuture<>(), heardFailures);
    writes.add(write);
    writeNext();
    return write.stage();
  }

  private void writeNext() {
    if (writing || writes.isEmpty()) {
      return;
    }
    writing = true;
    int now = life;
    net.loop.schedule(
        net.random.nextInt(MAX_COMMIT_NS),
        () -> {
          if (life == now) {
            commit(writes.remove());
          }
        });
  }

  private void commit(Write write) {
    boolean stale = write.life() < failures;
    boolean failed = stale || full;
    if (failed && !stale) {
      failures++;
    } else if (!failed) {
      write.change().run();
    }
    int now = life;
    int known = failures;
    net.loop.schedule(
        net.random.nextInt(MAX_NOTICE_NS),
        () -> {
          if (life == now) {
            notice(write, failed, known);
          }
        });
  }

  /** The next change is not committed before this one is told of: stages stay in order. */
  private void notice(Write write, boolean failed, int known) {
    writing = false;
    heardFailures = Math.max(heardFailures, known);
    if (failed) {
      List<Write> lost = new ArrayList<>(List.of(write));
      while (!writes.isEmpty() && writes.peek().life() < failures) {
        lost.add(writes.remove());
      }
      lost.forEach(w -> w.stage().completeExceptionally(new IOException("the disk is full")));
    } else {
      write.stage().complete(null);
    }
    writeNext();
  }

  @Override
  public void close() {
    // A crash does not close anything; the next life loads what the disk has.
  }
}
