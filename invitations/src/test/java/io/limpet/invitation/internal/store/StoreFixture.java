package io.limpet.invitation.internal.store;

import io.limpet.invitation.Invitation;
import io.limpet.invitation.Invitation.State;
import io.limpet.invitation.internal.invite.InvitationSession;
import io.limpet.invitation.internal.invite.InvitationStore;
import io.limpet.invitation.internal.invite.Role;
import io.limpet.link.MeshAddress;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Sessions to be stored, and a store that is waited for. */
final class StoreFixture {
  private static final MeshAddress ELM = new MeshAddress(0x2001_0020_0000_0000L, 1);
  private static final MeshAddress OAK = new MeshAddress(0x2001_0020_0000_0000L, 2);
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00.123456789Z");

  private StoreFixture() {}

  /** Puts a session, on the loop, and returns when that is stored; throws why it was not. */
  static void put(InvitationStore store, InvitationSession session, Executor loop)
      throws Exception {
    CompletableFuture<Void> done = new CompletableFuture<>();
    loop.execute(
        () ->
            store
                .put(session)
                .whenComplete(
                    (value, failure) -> {
                      if (failure == null) {
                        done.complete(null);
                      } else {
                        done.completeExceptionally(failure);
                      }
                    }));
    try {
      done.get(30, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof StoreException refused ? refused : e;
    }
  }

  static InvitationSession session(String id, Role role, State state, String title) {
    Map<State, Instant> times =
        state == State.PENDING
            ? Map.of(state, NOW)
            : Map.of(State.PENDING, NOW, state, NOW.plusSeconds(5));
    Invitation invitation =
        new Invitation(
            id, ELM, "elm", OAK, "oak", "a1", "chat", title, state, times, NOW.plusSeconds(60), "");
    return new InvitationSession(role, invitation, ELM, state == State.PENDING);
  }
}
