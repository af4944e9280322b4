package io.limpet.invitation.internal.activity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limpet.invitation.Activity;
import io.limpet.invitation.InvitationException;
import io.limpet.invitation.Invitations;
import io.limpet.invitation.internal.wire.Limits;
import io.limpet.invitation.internal.wire.Message;
import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import io.limpet.link.MeshGroups;
import io.limpet.presence.SharedActivity;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** We are oak. */
class ActivityRegistryTest {
  private static final MeshAddress ELM = new MeshAddress(0x2001_0020_0000_0000L, 1);
  private static final MeshAddress OAK = new MeshAddress(0x2001_0020_0000_0000L, 2);
  private static final MeshAddress FIR = new MeshAddress(0x2001_0020_0000_0000L, 3);

  private final SlowStore store = new SlowStore();
  private final Recorder out = new Recorder();
  private int secrets;
  private ActivityRegistry registry = new ActivityRegistry(OAK, store, this::secret, out);

  @Test
  void nobody_is_told_that_they_are_in_before_it_is_stored() throws Exception {
    share("a");
    store.slow = true;
    registry.onMessage(ELM, new Message.Join("a", 0, ""));
    CompletionStage<Void> admitted = registry.admit("a", FIR, "i1");
    assertThat(out.said).isEmpty();
    assertThat(out.memberships).isEmpty();
    assertThat(admitted.toCompletableFuture()).isNotDone();
    assertThat(registry.mine("a").orElseThrow().members()).containsExactly(OAK);
    store.commitOne();
    assertThat(out.said).hasSize(1).first().asString().startsWith("Members");
    assertThat(admitted.toCompletableFuture()).isNotDone();
    store.commitOne();
    assertThat(admitted.toCompletableFuture()).isCompleted();
    assertThat(registry.mine("a").orElseThrow().members()).containsExactly(ELM, OAK, FIR);
  }

  @Test
  void after_a_failure_all_is_as_the_store_has_it_and_goes_on() throws Exception {
    share("a");
    registry.onMessage(ELM, new Message.Join("a", 0, ""));
    Membership before = out.lastMembership();
    store.slow = true;
    CompletionStage<Void> first = registry.admit("a", FIR, "i1");
    CompletionStage<Activity> second = registry.remove("a", ELM);
    out.said.clear();
    store.failOne();
    store.failOne();
    assertThat(first.toCompletableFuture()).isCompletedExceptionally();
    assertThat(second.toCompletableFuture()).isCompletedExceptionally();
    assertThat(out.said).isEmpty();
    assertThat(out.lastMembership()).isEqualTo(before);
    assertThat(out.reopened).containsExactly(ELM);
    store.slow = false;
    assertThat(registry.admit("a", FIR, "i1").toCompletableFuture()).isCompleted();
    // The version is the next one, its secret another: the first was never said.
    assertThat(out.lastMembership().version()).isEqualTo(before.version() + 1);
    assertThat(out.lastMembership().members()).containsExactly(ELM, OAK, FIR);
  }

  @Test
  void a_list_is_repeated_until_its_addressee_has_seen_it_also_in_another_life() throws Exception {
    share("a");
    registry.onMessage(ELM, new Message.Join("a", 0, ""));
    assertThat(registry.hasWork(ELM)).isTrue();
    registry.onMessage(ELM, new Message.MembersSeen("a", 2));
    assertThat(registry.hasWork(ELM)).isFalse();
    registry = new ActivityRegistry(OAK, store, this::secret, out);
    assertThat(registry.start()).containsExactly(ELM);
    out.said.clear();
    registry.resend(ELM);
    assertThat(out.said).hasSize(1).first().asString().startsWith("Members");
    registry.onMessage(ELM, new Message.MembersSeen("a", 2));
    assertThat(registry.hasWork(ELM)).isFalse();
  }

  @Test
  void an_invitation_counts_once() throws Exception {
    share("a");
    registry.admit("a", ELM, "i1");
    registry.onMessage(ELM, new Message.Leave("a", 2));
    registry.admit("a", ELM, "i1");
    assertThat(registry.mine("a").orElseThrow().members()).containsExactly(OAK);
    registry.admit("a", ELM, "i2");
    assertThat(registry.mine("a").orElseThrow().members()).containsExactly(ELM, OAK);
  }

  @Test
  void a_leave_that_was_overtaken_by_a_return_changes_nothing() throws Exception {
    share("a");
    registry.onMessage(ELM, new Message.Join("a", 0, ""));
    registry.onMessage(ELM, new Message.Leave("a", 2));
    registry.onMessage(ELM, new Message.Join("a", 2, ""));
    registry.onMessage(ELM, new Message.Leave("a", 2));
    assertThat(registry.mine("a").orElseThrow().members()).containsExactly(ELM, OAK);
  }

  @Test
  void a_stranger_learns_nothing_and_admits_nobody() throws Exception {
    registry.share("a", "chat", "t", false, Invitations.RETENTION);
    out.said.clear();
    registry.onMessage(ELM, new Message.Join("a", 0, ""));
    registry.onMessage(ELM, new Message.Admit("a", FIR, "i1"));
    registry.onMessage(ELM, new Message.Leave("a", 1));
    registry.onMessage(ELM, new Message.MembersSeen("a", 1));
    assertThat(out.said)
        .containsExactly(
            new Message.JoinRefused("a", "", "by invitation only"),
            new Message.NotMember("a", 1),
            new Message.NotMember("a", 1),
            new Message.NotMember("a", 1));
    assertThat(out.lastMembership().members()).containsExactly(OAK);
  }

  @Test
  void who_speaks_out_of_turn_is_counted_and_changes_nothing() throws Exception {
    share("a");
    joinElms("b");
    int before = out.memberships.size();
    Message.Members list =
        new Message.Members("a", "chat", "t", true, false, 9, List.of(ELM), List.of(), 604_800_000);
    registry.onMessage(ELM, list);
    registry.onMessage(ELM, new Message.MembersSeen("a", 9));
    registry.onMessage(
        FIR,
        new Message.Members(
            "b", "chat", "t", true, false, 9, List.of(OAK, FIR), List.of(), 604_800_000));
    registry.onMessage(ELM, new Message.Join("b", 0, ""));
    assertThat(out.violations).hasSize(4);
    assertThat(out.memberships).hasSize(before);
    assertThat(registry.mine("b").orElseThrow().members()).containsExactly(ELM, OAK);
  }

  @Test
  void an_older_list_that_comes_late_is_acknowledged_and_not_taken() throws Exception {
    joinElms("b");
    out.said.clear();
    registry.onMessage(
        ELM,
        new Message.Members("b", "chat", "t", true, false, 4, List.of(), List.of(), 604_800_000));
    assertThat(out.said).containsExactly(new Message.MembersSeen("b", 4));
    assertThat(registry.mine("b")).isPresent();
  }

  @Test
  void who_is_listed_though_out_says_so_each_time_it_hears_it() throws Exception {
    joinElms("b");
    registry.leave("b");
    registry.onMessage(ELM, new Message.NotMember("b", 5));
    Message.Members list =
        new Message.Members(
            "b", "chat", "t", true, false, 6, List.of(ELM, OAK), List.of(), 604_800_000);
    for (int i = 0; i < 2; i++) {
      out.said.clear();
      registry.onMessage(ELM, list);
      assertThat(out.said).containsExactly(new Message.NotMember("b", 6));
    }
  }

  @Test
  void who_leaves_tells_each_member_until_it_knows_or_the_owner_does() throws Exception {
    joinElms("b");
    registry.onMessage(
        ELM,
        new Message.Members(
            "b", "chat", "t", true, false, 6, List.of(ELM, OAK, FIR), List.of(), 604_800_000));
    out.said.clear();
    registry.leave("b");
    Message.Leave leave = new Message.Leave("b", 6);
    assertThat(out.said).containsExactly(leave, leave);
    registry = new ActivityRegistry(OAK, store, this::secret, out);
    assertThat(registry.start()).containsExactly(ELM, FIR);
    registry.onMessage(FIR, new Message.NotMember("b", 6));
    assertThat(registry.hasWork(FIR)).isFalse();
    assertThat(registry.hasWork(ELM)).isTrue();
    registry.onMessage(ELM, new Message.NotMember("b", 6));
    assertThat(registry.hasWork(ELM)).isFalse();
  }

  @Test
  void an_activity_takes_so_many_and_then_says_so() throws Exception {
    share("a");
    for (int i = 1; i < Limits.MAX_MEMBERS; i++) {
      registry.onMessage(person(i), new Message.Join("a", 0, ""));
    }
    out.said.clear();
    registry.onMessage(ELM, new Message.Join("a", 0, ""));
    assertThat(out.said).containsExactly(new Message.JoinRefused("a", "", "it is full"));
    assertThat(registry.admit("a", FIR, "i1").toCompletableFuture()).isCompleted();
    assertThat(registry.mine("a").orElseThrow().members())
        .hasSize(Limits.MAX_MEMBERS)
        .doesNotContain(ELM, FIR);
  }

  @Test
  void a_node_shares_and_joins_so_many_and_ended_ones_make_room() throws Exception {
    for (int i = 0; i < ActivityRegistry.MAX_ACTIVITIES; i++) {
      registry.share("a" + i, "chat", "t", true, Invitations.RETENTION);
      joinElms("b" + i);
    }
    assertThatThrownBy(() -> registry.share("more", "chat", "t", true, Invitations.RETENTION))
        .isInstanceOf(InvitationException.class)
        .hasMessageContaining("leave one");
    assertThatThrownBy(() -> registry.join(shared("other"), ELM))
        .isInstanceOf(InvitationException.class)
        .hasMessageContaining("leave one");
    registry.onMessage(ELM, new Message.Join("a0", 0, ""));
    registry.leave("a0");
    registry.onMessage(
        ELM,
        new Message.Members("b0", "chat", "t", true, true, 9, List.of(), List.of(), 604_800_000));
    assertThat(
            registry.share("more", "chat", "t", true, Invitations.RETENTION).toCompletableFuture())
        .isCompleted();
    assertThat(registry.join(shared("other"), ELM).toCompletableFuture()).isCompleted();
  }

  @Test
  void what_is_remembered_of_people_who_left_is_bounded() throws Exception {
    share("a");
    for (int i = 0; i < 3 * OwnedActivity.MAX_REMEMBERED; i++) {
      registry.admit("a", person(i), "i" + i);
      registry.remove("a", person(i));
    }
    OwnedActivity record = (OwnedActivity) store.load().get(0);
    assertThat(record.farewells()).hasSize(OwnedActivity.MAX_REMEMBERED);
    assertThat(record.barred()).hasSize(OwnedActivity.MAX_REMEMBERED);
    assertThat(record.admitted()).hasSize(OwnedActivity.MAX_REMEMBERED);
  }

  @Test
  void whatever_others_say_they_let_nobody_in_and_make_no_key() throws Exception {
    registry.share("a", "chat", "t", false, Invitations.RETENTION);
    joinElms("b");
    List<MeshAddress> hostile = List.of(FIR, person(1), person(2));
    long seed = Long.getLong("limpet.seed", 20261126L);
    Random random = new Random(seed);
    out.memberships.clear();
    for (int i = 0; i < 20_000; i++) {
      MeshAddress from = hostile.get(random.nextInt(hostile.size()));
      registry.onMessage(from, anything(random, hostile));
    }
    assertThat(out.memberships).as("-Dlimpet.seed=%d", seed).isEmpty();
    assertThat(registry.mine("a").orElseThrow().members()).containsExactly(OAK);
    assertThat(registry.mine("b").orElseThrow().members()).containsExactly(ELM, OAK);
    assertThat(store.load()).as("nothing is kept of what we are not in").hasSize(2);
    assertThat(out.said)
        .noneMatch(said -> said instanceof Message.Members list && !list.keys().isEmpty());
  }

  private static Message.OfActivity anything(Random random, List<MeshAddress> people) {
    String id = List.of("a", "b", "c").get(random.nextInt(3));
    String invitation = random.nextBoolean() ? "" : "i" + random.nextInt(4);
    long version = random.nextInt(4) == 0 ? random.nextLong(Long.MAX_VALUE) : random.nextInt(8);
    List<MeshAddress> members =
        random.nextBoolean() ? people : List.of(OAK, people.get(random.nextInt(people.size())));
    return switch (random.nextInt(8)) {
      case 0 -> new Message.Join(id, version, invitation);
      case 1 -> new Message.JoinRefused(id, invitation, "no");
      case 2 -> new Message.Admit(id, people.get(random.nextInt(people.size())), "i1");
      case 3 -> new Message.Admitted(id, "i1");
      case 4 -> new Message.Leave(id, version);
      case 5 ->
          new Message.Members(
              id,
              "chat",
              "t",
              true,
              random.nextBoolean(),
              1 + version,
              members,
              List.of(),
              604_800_000);
      case 6 -> new Message.MembersSeen(id, version);
      default -> new Message.NotMember(id, version);
    };
  }

  private void share(String id) throws InvitationException {
    registry.share(id, "chat", "t", true, Invitations.RETENTION);
    out.said.clear();
    out.memberships.clear();
  }

  private void joinElms(String id) throws InvitationException {
    registry.join(shared(id), ELM);
    registry.onMessage(
        ELM,
        new Message.Members(
            id, "chat", "t", true, false, 5, List.of(ELM, OAK), List.of(), 604_800_000));
  }

  private static SharedActivity shared(String id) {
    return new SharedActivity(id, "chat", "t", true);
  }

  private static MeshAddress person(int i) {
    return new MeshAddress(0x2001_0020_0000_0001L, i);
  }

  private Bytes secret() {
    byte[] secret = new byte[MeshGroups.SECRET_BYTES];
    secret[0] = (byte) ++secrets;
    return Bytes.of(secret);
  }

  /** Keeps what it commits; when slow, only when told. */
  private static final class SlowStore implements ActivityStore {
    final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    final ArrayDeque<CompletableFuture<Void>> stages = new ArrayDeque<>();
    private final MemoryActivityStore disk = new MemoryActivityStore();
    boolean slow;

    @Override
    public List<ActivityRecord> load() {
      return disk.load();
    }

    @Override
    public CompletionStage<Void> put(ActivityRecord record) {
      if (!slow) {
        return disk.put(record);
      }
      CompletableFuture<Void> stage = new CompletableFuture<>();
      stages.add(stage);
      waiting.add(() -> disk.put(record));
      return stage;
    }

    void commitOne() {
      waiting.remove().run();
      stages.remove().complete(null);
    }

    void failOne() {
      waiting.remove();
      stages.remove().completeExceptionally(new IOException("disk full"));
    }

    @Override
    public void remove(String id) {
      disk.remove(id);
    }
  }

  private static final class Recorder implements ActivityOutput {
    final List<Message> said = new ArrayList<>();
    final List<Membership> memberships = new ArrayList<>();
    final List<MeshAddress> reopened = new ArrayList<>();
    final List<String> violations = new ArrayList<>();

    Membership lastMembership() {
      return memberships.get(memberships.size() - 1);
    }

    @Override
    public void send(MeshAddress peer, Message message) {
      said.add(message);
    }

    @Override
    public void changed(Activity activity, String what) {}

    @Override
    public void memberChanged(Activity activity, MeshAddress member, boolean joined) {}

    @Override
    public void membership(Membership membership) {
      memberships.add(membership);
    }

    @Override
    public void joinFailed(String activity, String reason) {}

    @Override
    public void ownedChanged() {}

    @Override
    public void reopened(MeshAddress peer) {
      reopened.add(peer);
    }

    @Override
    public void violation(MeshAddress peer, String what) {
      violations.add(what);
    }
  }
}
