package io.limpet.invitation.internal.store;

import static io.limpet.invitation.internal.store.StoreFixture.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limpet.invitation.ChatInvitation;
import io.limpet.invitation.Invitation.State;
import io.limpet.invitation.internal.activity.ActivityRecord;
import io.limpet.invitation.internal.group.ChannelStore;
import io.limpet.invitation.internal.invite.InvitationSession;
import io.limpet.invitation.internal.invite.Role;
import io.limpet.link.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreTest {

  private final ExecutorService loop = Executors.newSingleThreadExecutor();
  private final List<SqliteStore> open = new ArrayList<>();
  @TempDir private Path home;

  @AfterEach
  void close() {
    open.forEach(SqliteStore::close);
    loop.shutdown();
  }

  @Test
  void what_was_put_is_there_after_a_restart_to_the_last_field() throws Exception {
    InvitationSession first = session("i1", Role.INVITER, State.PENDING, "Häuser & \"Türme\"");
    InvitationSession second = session("i2", Role.INVITEE, State.DECLINED, "");
    SqliteStore store = store();
    put(store, second);
    put(store, first);
    store.close();
    assertThat(reopened().invitations().load()).containsExactly(first, second);
  }

  @Test
  void an_invitation_by_chat_is_there_after_a_restart_to_the_last_field() throws Exception {
    Instant now = Instant.parse("2026-01-01T00:00:00.123456789Z");
    ChatInvitation pending =
        new ChatInvitation(
            "c1",
            "ash@pc",
            "Ash",
            "a1",
            "chat",
            "Häuser & <\"Türme\">",
            "come",
            ChatInvitation.State.PENDING,
            Map.of(ChatInvitation.State.PENDING, now),
            now.plusSeconds(60));
    ChatInvitation told = pending.at(ChatInvitation.State.TOLD, now.plusSeconds(1));
    SqliteStore store = store();
    for (ChatInvitation each : List.of(pending, told)) {
      CompletableFuture<Void> stored = new CompletableFuture<>();
      onLoop(() -> store.chats().put(each).thenRun(() -> stored.complete(null)));
      stored.get(30, TimeUnit.SECONDS);
    }
    store.close();
    assertThat(reopened().chats().load()).containsExactly(told);
  }

  @Test
  void the_last_version_counts_and_what_is_removed_is_gone() throws Exception {
    SqliteStore store = store();
    put(store, session("i1", Role.INVITEE, State.DELIVERED, "t"));
    put(store, session("i2", Role.INVITEE, State.DELIVERED, "t"));
    InvitationSession accepted = session("i1", Role.INVITEE, State.ACCEPTED, "t");
    put(store, accepted);
    onLoop(() -> store.invitations().remove("i2"));
    put(store, session("i3", Role.INVITEE, State.DELIVERED, "t"));
    store.close();
    assertThat(reopened().invitations().load()).hasSize(2).contains(accepted);
  }

  @Test
  void stages_complete_on_the_loop_in_the_order_of_the_puts() throws Exception {
    SqliteStore store = store();
    List<String> completed = new ArrayList<>();
    List<String> threads = new ArrayList<>();
    CompletableFuture<Void> last = new CompletableFuture<>();
    onLoop(
        () -> {
          for (int i = 0; i < 500; i++) {
            String id = "i" + i;
            store
                .invitations()
                .put(session(id, Role.INVITER, State.PENDING, "t"))
                .thenRun(
                    () -> {
                      completed.add(id);
                      threads.add(Thread.currentThread().getName());
                      if (id.equals("i499")) {
                        last.complete(null);
                      }
                    });
          }
        });
    last.get(30, TimeUnit.SECONDS);
    assertThat(completed).hasSize(500).first().isEqualTo("i0");
    assertThat(completed).isSortedAccordingTo((a, b) -> number(a) - number(b));
    assertThat(threads).noneMatch(name -> name.equals("limpet-store"));
  }

  @Test
  void the_file_is_for_its_owner_alone() throws Exception {
    put(store(), session("i1", Role.INVITER, State.PENDING, "t"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
  }

  @Test
  void a_file_that_is_no_database_is_moved_aside_and_a_fresh_one_serves() throws Exception {
    Files.writeString(file(), "this was an invitation, before the disk forgot itself. ".repeat(99));
    SqliteStore store = store();
    assertThat(store.invitations().load()).isEmpty();
    put(store, session("i1", Role.INVITER, State.PENDING, "t"));
    assertThat(damaged()).hasSize(1).first().satisfies(it -> assertThat(it).isNotEmptyFile());
  }

  @Test
  void a_database_with_damaged_pages_is_moved_aside() throws Exception {
    SqliteStore store = store();
    for (int i = 0; i < 200; i++) {
      put(store, session("i" + i, Role.INVITER, State.PENDING, "a title"));
    }
    closeAndWait(store);
    try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[8192]), 4096);
    }
    assertThat(reopened().invitations().load()).isEmpty();
    assertThat(damaged()).hasSize(1);
  }

  @Test
  void one_unreadable_record_does_not_take_the_others_along() throws Exception {
    SqliteStore store = store();
    InvitationSession good = session("i2", Role.INVITER, State.PENDING, "t");
    put(store, session("i1", Role.INVITER, State.PENDING, "t"));
    put(store, good);
    closeAndWait(store);
    execute("UPDATE record SET body = CAST('{\"role\":\"BYSTANDER\"}' AS BLOB) WHERE id = 'i1'");
    assertThat(reopened().invitations().load()).containsExactly(good);
  }

  @Test
  void a_file_of_a_later_version_is_left_alone() throws Exception {
    closeAndWait(store());
    execute("PRAGMA user_version = 99");
    assertThatThrownBy(this::store)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("later version of Limpet");
    assertThat(damaged()).isEmpty();
  }

  @Test
  void a_folder_that_is_not_there_is_said_in_one_line() {
    assertThatThrownBy(() -> SqliteStore.open(home.resolve("no/such"), loop))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("check that its folder exists");
  }

  @Test
  void a_failed_commit_fails_what_was_put_behind_it_and_then_the_store_goes_on() throws Exception {
    SqliteStore store = store();
    put(store, session("i0", Role.INVITER, State.PENDING, "t"));
    // The nearest to a full disk that needs no disk: the table refuses to grow.
    execute("CREATE TRIGGER full BEFORE INSERT ON record BEGIN SELECT RAISE(ABORT, 'full'); END");
    List<String> outcomes = new ArrayList<>();
    CompletableFuture<Void> both = new CompletableFuture<>();
    onLoop(
        () -> {
          store
              .invitations()
              .put(session("i1", Role.INVITER, State.PENDING, "t"))
              .whenComplete((done, failure) -> outcomes.add("i1 " + (failure != null)));
          store
              .invitations()
              .put(session("i2", Role.INVITER, State.PENDING, "t"))
              .whenComplete(
                  (done, failure) -> {
                    outcomes.add("i2 " + (failure != null));
                    both.complete(null);
                  });
        });
    both.get(30, TimeUnit.SECONDS);
    assertThat(outcomes).containsExactly("i1 true", "i2 true");
    execute("DROP TRIGGER full");
    put(store, session("i3", Role.INVITER, State.PENDING, "t"));
    closeAndWait(store);
    assertThat(reopened().invitations().load())
        .extracting(InvitationSession::id)
        .containsExactly("i0", "i3");
  }

  @Test
  void what_was_put_before_the_end_is_written() throws Exception {
    SqliteStore store = store();
    onLoop(
        () -> {
          for (int i = 0; i < 100; i++) {
            var unused =
                store.invitations().put(session("i" + i, Role.INVITER, State.PENDING, "t"));
          }
          store.close();
        });
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(reopened().invitations().load()).hasSize(100));
  }

  @Test
  void an_activity_is_there_after_a_restart_with_its_keys_and_gone_when_it_is_forgotten()
      throws Exception {
    Random random = new Random(20261126);
    ActivityRecord ours = ActivityFixture.owned("a1", random);
    ActivityRecord theirs = ActivityFixture.joined("a2", random);
    SqliteStore store = store();
    await(() -> store.activities().put(ours));
    await(() -> store.activities().put(theirs));
    closeAndWait(store);
    SqliteStore again = reopened();
    assertThat(again.activities().load()).containsExactly(ours, theirs);
    onLoop(() -> again.activities().remove("a1"));
    closeAndWait(again);
    assertThat(reopened().activities().load()).containsExactly(theirs);
  }

  @Test
  void the_records_of_a_channel_are_there_at_once_and_after_a_restart() throws Exception {
    SqliteStore store = store();
    ChannelStore channels = store.channels();
    Map<String, Bytes> seen = new TreeMap<>();
    List<CompletionStage<Void>> stages = new ArrayList<>();
    onLoop(
        () -> {
          stages.add(channels.commit("a", List.of(keep("x", "1"), keep("y", "2"))));
          stages.add(channels.commit("a", List.of(keep("x", "3"), forget("y"), keep("z", "4"))));
          stages.add(channels.commit("b", List.of(keep("x", "5"))));
          seen.putAll(channels.load("a"));
        });
    Map<String, Bytes> expected = Map.of("x", bytes("3"), "z", bytes("4"));
    assertThat(seen).as("before the disk has it").isEqualTo(expected);
    await(() -> channels.commit("b", List.of(keep("y", "6"))));
    assertThat(stages).hasSize(3).allMatch(stage -> stage.toCompletableFuture().isDone());
    assertThat(channels.load("a")).isEqualTo(expected);
    closeAndWait(store);
    assertThat(reopened().channels().load("a")).isEqualTo(expected);
    assertThat(reopened().channels().load("b")).isEqualTo(Map.of("x", bytes("5"), "y", bytes("6")));
  }

  @Test
  void a_channel_that_is_removed_is_gone_and_another_begins_empty() throws Exception {
    SqliteStore store = store();
    ChannelStore channels = store.channels();
    await(() -> channels.commit("a", List.of(keep("x", "1"), keep("y", "2"))));
    Map<String, Bytes> seen = new TreeMap<>();
    List<CompletionStage<Void>> stages = new ArrayList<>();
    onLoop(
        () -> {
          stages.add(channels.commit("a", List.of(keep("w", "0"))));
          channels.remove("a");
          stages.add(channels.commit("a", List.of(keep("y", "3"))));
          seen.putAll(channels.load("a"));
        });
    assertThat(seen).isEqualTo(Map.of("y", bytes("3")));
    assertThat(stages).hasSize(2);
    closeAndWait(store);
    assertThat(reopened().channels().load("a")).isEqualTo(Map.of("y", bytes("3")));
  }

  @Test
  void a_setting_is_there_after_a_restart_the_last_word_counts() throws Exception {
    SqliteStore store = store();
    assertThat(store.settings().load()).isEmpty();
    await(() -> store.settings().put("who-may-invite", "nobody"));
    await(() -> store.settings().put("who-may-invite", "known"));
    assertThat(reopened().settings().load()).isEqualTo(Map.of("who-may-invite", "known"));
  }

  @Test
  void a_commit_of_a_channel_is_whole_or_not_at_all() throws Exception {
    SqliteStore store = store();
    ChannelStore channels = store.channels();
    await(() -> channels.commit("a", List.of(keep("x", "1"))));
    execute(
        "CREATE TRIGGER bad BEFORE INSERT ON record WHEN NEW.id = 'bad'"
            + " BEGIN SELECT RAISE(ABORT, 'full'); END");
    assertThatThrownBy(
            () -> await(() -> channels.commit("a", List.of(keep("x", "2"), keep("bad", "3")))))
        .hasCauseInstanceOf(StoreException.class);
    assertThat(channels.load("a")).isEqualTo(Map.of("x", bytes("1")));
  }

  @Test
  void a_record_of_a_channel_beyond_its_bounds_is_a_mistake_of_the_caller() throws Exception {
    ChannelStore channels = store().channels();
    String key = "k".repeat(ChannelStore.MAX_KEY + 1);
    assertThatThrownBy(() -> channels.commit("a", List.of(keep(key, "1"))))
        .isInstanceOf(IllegalArgumentException.class);
    Bytes body = Bytes.of(new byte[ChannelStore.MAX_BODY + 1]);
    assertThatThrownBy(() -> channels.commit("a", List.of(new ChannelStore.Change("k", body))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static ChannelStore.Change keep(String key, String body) {
    return new ChannelStore.Change(key, bytes(body));
  }

  private static ChannelStore.Change forget(String key) {
    return new ChannelStore.Change(key, null);
  }

  private static Bytes bytes(String text) {
    return Bytes.of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Calls on the loop, and returns when the stage is complete. */
  private void await(Supplier<CompletionStage<Void>> call) throws Exception {
    CompletableFuture.supplyAsync(call, loop).thenCompose(stage -> stage).get(30, TimeUnit.SECONDS);
  }

  private SqliteStore store() throws StoreException {
    SqliteStore store = SqliteStore.open(home, loop);
    open.add(store);
    return store;
  }

  private SqliteStore reopened() throws StoreException {
    return store();
  }

  private void put(SqliteStore store, InvitationSession session) throws Exception {
    StoreFixture.put(store.invitations(), session, loop);
  }

  private void onLoop(Runnable task) throws Exception {
    loop.submit(task).get(30, TimeUnit.SECONDS);
  }

  /** Closed for good: the log has been written back. */
  private void closeAndWait(SqliteStore store) {
    store.close();
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> !Files.exists(home.resolve(SqliteStore.FILE_NAME + "-wal")));
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private Path file() {
    return home.resolve(SqliteStore.FILE_NAME);
  }

  private List<Path> damaged() throws IOException {
    try (var files = Files.list(home)) {
      return files
          .filter(it -> it.getFileName().toString().matches("invitations\\.db\\.damaged-[^-]*"))
          .toList();
    }
  }

  private static int number(String id) {
    return Integer.parseInt(id.substring(1));
  }
}
