package io.limpet.invitation.internal.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limpet.invitation.ChatInvitation;
import io.limpet.invitation.ChatInvitation.State;
import io.limpet.invitation.InvitationException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ChatDeskTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

  private final SlowStore store = new SlowStore();
  private final Set<String> here = new HashSet<>(Set.of("ash@pc"));
  private final List<String> said = new ArrayList<>();
  private final List<State> changes = new ArrayList<>();
  private final ChatDesk desk = desk();

  /** Commits when the test says so. */
  private static final class SlowStore implements ChatStore {
    final Map<String, ChatInvitation> committed = new LinkedHashMap<>();
    final List<Runnable> waiting = new ArrayList<>();
    boolean full;

    @Override
    public List<ChatInvitation> load() {
      return List.copyOf(committed.values());
    }

    @Override
    public CompletionStage<Void> put(ChatInvitation invitation) {
      CompletableFuture<Void> stage = new CompletableFuture<>();
      waiting.add(
          () -> {
            if (full) {
              stage.completeExceptionally(new IllegalStateException("no room"));
            } else {
              committed.put(invitation.id(), invitation);
              stage.complete(null);
            }
          });
      return stage;
    }

    @Override
    public void remove(String id) {
      committed.remove(id);
    }

    void commit() {
      List<Runnable> now = List.copyOf(waiting);
      waiting.clear();
      now.forEach(Runnable::run);
    }
  }

  private ChatDesk desk() {
    return new ChatDesk(
        store,
        here::contains,
        new ChatDesk.Output() {
          @Override
          public void say(ChatInvitation invitation) {
            said.add(invitation.id());
          }

          @Override
          public void changed(ChatInvitation invitation) {
            changes.add(invitation.state());
          }
        },
        0);
  }

  private static ChatInvitation invitation(String id, String activity) {
    return new ChatInvitation(
        id,
        "ash@pc",
        "ash",
        activity,
        "chat",
        "lunch",
        "come",
        State.PENDING,
        Map.of(State.PENDING, START),
        START.plus(Duration.ofHours(2)));
  }

  private void at(long ns) {
    desk.onTime(ns, START.plusNanos(ns));
  }

  @Test
  void nothingIsSaidBeforeItIsStoredNorToldBeforeThatIsStored() throws Exception {
    var stage = desk.invite(invitation("1", "a"), 0).toCompletableFuture();
    at(0);
    assertThat(said).isEmpty();
    assertThat(stage).isNotDone();
    store.commit();
    assertThat(stage).isCompleted();
    at(0);
    at(0);
    assertThat(said).containsExactly("1");
    desk.onSaid("1", START);
    assertThat(changes).containsExactly(State.PENDING);
    store.commit();
    assertThat(changes).containsExactly(State.PENDING, State.TOLD);
    at(3_600 * SECOND_NS);
    assertThat(said).hasSize(1);
  }

  @Test
  void anInvitationThatCannotBeStoredIsNone() throws Exception {
    store.full = true;
    var stage = desk.invite(invitation("1", "a"), 0).toCompletableFuture();
    store.commit();
    assertThatThrownBy(stage::join)
        .hasCauseInstanceOf(InvitationException.class)
        .hasMessageContaining("could not be stored: no room");
    at(0);
    assertThat(said).isEmpty();
    assertThat(desk.all()).isEmpty();
  }

  @Test
  void whatWasToldAndCouldNotBeStoredIsStoredLaterAndNotSaidAgain() throws Exception {
    desk.invite(invitation("1", "a"), 0);
    store.commit();
    at(0);
    store.full = true;
    desk.onSaid("1", START);
    store.commit();
    assertThat(desk.find("1").orElseThrow().state()).isEqualTo(State.PENDING);
    assertThat(desk.nextInNs(0, START)).hasValue(ChatDesk.FIRST_RETRY_NS);
    store.full = false;
    at(ChatDesk.FIRST_RETRY_NS);
    store.commit();
    assertThat(desk.find("1").orElseThrow().state()).isEqualTo(State.TOLD);
    assertThat(said).hasSize(1);
  }

  @Test
  void triesBecomeRareEndAndBeginAnewWhenThePersonIsBack() throws Exception {
    desk.invite(invitation("1", "a"), 0);
    store.commit();
    List<Long> tries = new ArrayList<>();
    for (long second = 0; second < 3_600; second++) {
      int before = said.size();
      at(second * SECOND_NS);
      if (said.size() > before) {
        tries.add(second);
        desk.onFailed("1", second * SECOND_NS);
      }
    }
    assertThat(tries).startsWith(0L, 5L, 15L, 35L, 75L, 135L, 195L).hasSize(20);
    here.remove("ash@pc");
    desk.onHere("ASH@PC", 3_600 * SECOND_NS);
    at(3_600 * SECOND_NS);
    assertThat(said).as("not there after all").hasSize(20);
    here.add("ash@pc");
    at(3_600 * SECOND_NS);
    assertThat(said).hasSize(21);
  }

  @Test
  void whatIsBeingSaidIsNeitherTakenBackNorLapses() throws Exception {
    desk.invite(invitation("1", "a"), 0);
    store.commit();
    at(0);
    assertThatThrownBy(() -> desk.withdraw("1", START)).hasMessageContaining("being said just now");
    at(3 * 3_600 * SECOND_NS);
    desk.onLeft("a", START);
    desk.onFailed("1", 3 * 3_600 * SECOND_NS);
    assertThat(store.waiting).isEmpty();
    at(3 * 3_600 * SECOND_NS);
    store.commit();
    assertThat(desk.find("1").orElseThrow().state()).isEqualTo(State.EXPIRED);
  }

  @Test
  void pendingAndEndedOnesAreBounded() throws Exception {
    for (int i = 0; i < ChatDesk.MAX_PENDING; i++) {
      desk.invite(invitation(String.format("%04d", i), "a" + i), 0);
    }
    assertThatThrownBy(() -> desk.invite(invitation("x", "x"), 0))
        .hasMessageContaining("256 invitations");
    store.commit();
    for (int round = 0; round < 2; round++) {
      at(0);
      List.copyOf(said).forEach(id -> desk.onSaid(id, START));
      store.commit();
      desk.invite(invitation("y" + round, "y" + round), 0);
      store.commit();
    }
    assertThat(desk.all()).hasSize(ChatDesk.MAX_ENDED + 1);
    assertThat(store.committed).hasSize(ChatDesk.MAX_ENDED + 1);
    assertThat(desk.all().get(0).id()).isEqualTo("y1");
    assertThat(store.committed).as("the oldest").doesNotContainKey("0000");
  }
}
