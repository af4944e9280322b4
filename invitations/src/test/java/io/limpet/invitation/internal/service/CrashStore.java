package io.limpet.invitation.internal.service;

import io.limpet.invitation.internal.invite.InvitationSession;
import io.limpet.invitation.internal.invite.InvitationStore;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A disk in virtual time: each change is committed after a while, its caller hears of it a little
 * later, and a crash may fall before, between or after. Now and then it is full for a while; what
 * then fails takes along what was put before the failure was known, as the store's contract says.
 */
final class CrashStore implements InvitationStore {
  private static final int MAX_COMMIT_NS = 8_000_000;
  private static final int MAX_NOTICE_NS = 2_000_000;

  /** Waiting for the disk; a session of null is one to forget. */
  private record Write(
      String id, @Nullable InvitationSession session, CompletableFuture<Void> stage, int life) {}

  private final SimNet net;
  private final Map<String, InvitationSession> disk = new LinkedHashMap<>();
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
  public List<InvitationSession> load() {
    return List.copyOf(disk.values());
  }

  @Override
  public CompletionStage<Void> put(InvitationSession session) {
    return add(session.id(), session);
  }

  @Override
  public void remove(String id) {
    var unused = add(id, null);
  }

  private CompletionStage<Void> add(String id, @Nullable InvitationSession session) {
    Write write = new Write(id, session, new CompletableFuture<>(), heardFailures);
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
      InvitationSession session = write.session();
      if (session == null) {
        disk.remove(write.id());
      } else {
        disk.put(write.id(), session);
      }
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
      write.stage().completeExceptionally(new IOException("the disk is full"));
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
