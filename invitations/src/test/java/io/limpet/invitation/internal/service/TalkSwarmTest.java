package io.limpet.invitation.internal.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.invitation.GroupChannel;
import io.limpet.invitation.InvitationEvent;
import io.limpet.invitation.Line;
import io.limpet.invitation.WhoMayInvite;
import io.limpet.invitation.internal.invite.DeskLimits;
import io.limpet.link.MeshAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Three members say and publish while datagrams get lost, links come and go, disks are full and
 * processes die at any moment; then it is calm. Whatever happened, all have the same, each once and
 * in order per sender, and what was promised is among it.
 */
class TalkSwarmTest {
  private static final int STEPS = 150;

  /** Of messages without a state the latest thousand are kept: no more than can be judged. */
  private static final int KEPT = 900;

  private static final List<String> NAMES = List.of("elm", "oak", "fir");

  @Test
  void whatever_crashes_all_have_the_same_once_and_in_order() {
    run(Integer.getInteger("limpet.swarm", 50));
  }

  private static void run(int count) {
    Seeds seeds = Seeds.upTo(count);
    int crashes = 0;
    int promised = 0;
    int restored = 0;
    for (long seed : seeds.all()) {
      World world = new World(seed);
      Seeds.live(seed, world);
      crashes += world.crashes;
      promised += world.said.size() + world.published.size();
      restored += world.restored();
    }
    System.out.printf(
        "talk swarm: %d worlds, %d crashes, %d messages promised, %d states taken%n",
        seeds.all().size(), crashes, promised, restored);
    // A swarm in which nothing happens proves nothing.
    if (!seeds.one()) {
      assertThat(crashes).isGreaterThan(count);
      assertThat(promised).isGreaterThan(20 * count);
    }
  }

  private static final class World implements Seeds.World {
    final SimNet net;
    final boolean keepsState;
    final CrashStore[] disks = new CrashStore[NAMES.size()];
    final SimNode[] nodes = new SimNode[NAMES.size()];
    final Board[] boards = new Board[NAMES.size()];
    final @Nullable GroupChannel[] channels = new GroupChannel[NAMES.size()];
    final List<List<List<InvitationEvent>>> lives = new ArrayList<>();
    final Set<String> said = new HashSet<>();
    final Set<String> published = new HashSet<>();
    final List<Board> all = new ArrayList<>();
    final String id;
    int crashes;
    private int number;

    World(long seed) {
      net = new SimNet(seed);
      keepsState = seed % 2 == 0;
      for (int i = 0; i < nodes.length; i++) {
        disks[i] = new CrashStore(net);
        nodes[i] = net.node(NAMES.get(i), disks[i], WhoMayInvite.EVERYONE, DeskLimits.defaults());
        lives.add(new ArrayList<>(List.of(nodes[i].events)));
      }
      id = nodes[0].get(nodes[0].service.share("chat", "chat", true)).id();
      for (int i = 1; i < nodes.length; i++) {
        nodes[i].get(nodes[i].service.join(id));
      }
      net.loop.runFor(Duration.ofSeconds(2));
      for (int i = 0; i < nodes.length; i++) {
        attach(i);
      }
    }

    private void attach(int who) {
      Board board = new Board(keepsState);
      all.add(board);
      boards[who] = board;
      channels[who] = nodes[who].get(nodes[who].service.channel(id, board));
    }

    @Override
    public void live() {
      net.lossRate = 0.2;
      for (int step = 0; step < STEPS; step++) {
        act(net.random.nextInt(nodes.length), net.random.nextInt(nodes.length));
        net.loop.runFor(Duration.ofMillis(net.random.nextInt(120)));
      }
      net.lossRate = 0.05;
      for (CrashStore disk : disks) {
        disk.setFull(false);
      }
      net.healAll();
      net.loop.runFor(Duration.ofMinutes(2));
    }

    private void act(int who, int whom) {
      SimNode one = nodes[who];
      SimNode other = nodes[whom];
      switch (net.random.nextInt(20)) {
        case 0, 1, 2, 3, 4 -> say(who);
        case 5, 6, 7, 8, 9 -> publish(who);
        case 10 -> burst(who);
        case 11 -> crash(who);
        case 12 -> SimNet.unlessSame(one, other, () -> net.cut(one, other));
        case 13 -> SimNet.unlessSame(one, other, () -> net.breakStreams(one, other));
        case 14 -> disks[who].setFull(net.random.nextInt(3) == 0);
        case 15 -> one.air.silent = net.random.nextInt(3) == 0;
        default -> SimNet.unlessSame(one, other, () -> net.heal(one, other));
      }
    }

    private void say(int who) {
      String text = who + " " + ++number;
      var unused = nodes[who].service.say(id, text).thenAccept(line -> said.add(text));
    }

    private void publish(int who) {
      GroupChannel channel = channels[who];
      if (channel != null && (keepsState || number < KEPT)) {
        String text = who + " " + ++number + " " + "x".repeat(net.random.nextInt(3000));
        var unused =
            channel
                .publish(text.getBytes(StandardCharsets.UTF_8))
                .thenAccept(message -> published.add(text));
      }
    }

    /** Enough for a state to take the place of messages. */
    private void burst(int who) {
      for (int i = 0; i < 100; i++) {
        publish(who);
      }
    }

    private void crash(int who) {
      crashes++;
      nodes[who].crash();
      disks[who].crash();
      nodes[who] = net.restart(nodes[who]);
      lives.get(who).add(nodes[who].events);
      attach(who);
    }

    int restored() {
      return all.stream().mapToInt(b -> b.restored).sum();
    }

    @Override
    public void judge() {
      List<String> lines = texts(nodes[0]);
      assertThat(lines).as("what was said is kept").containsAll(said);
      assertThat(boards[0].texts).as("what was published is kept").containsAll(published);
      for (int i = 0; i < nodes.length; i++) {
        String name = NAMES.get(i);
        assertThat(bySender(texts(nodes[i]))).as("lines at %s", name).isEqualTo(bySender(lines));
        assertThat(bySender(boards[i].texts))
            .as("messages at %s", name)
            .isEqualTo(bySender(boards[0].texts));
        assertThat(nodes[i].service.violations()).as(name).isZero();
        judgeWhatWasTold(i);
      }
      bySender(lines).values().forEach(World::judgeOrder);
      bySender(boards[0].texts).values().forEach(World::judgeOrder);
      assertThat(all).allMatch(b -> b.missed == 0);
    }

    private List<String> texts(SimNode node) {
      return node.get(node.service.lines(id)).stream().map(Line::text).toList();
    }

    private void judgeWhatWasTold(int who) {
      Set<String> told = new HashSet<>();
      for (List<InvitationEvent> life : lives.get(who)) {
        for (InvitationEvent event : life) {
          if (event instanceof InvitationEvent.Said heard) {
            MeshAddress from = heard.line().from();
            assertThat(told.add(from + heard.line().text())).as("told once").isTrue();
          }
        }
      }
    }

    private static Map<String, List<Integer>> bySender(List<String> texts) {
      Map<String, List<Integer>> senders = new TreeMap<>();
      for (String text : texts) {
        String[] words = text.split(" ", 3);
        senders.computeIfAbsent(words[0], s -> new ArrayList<>()).add(Integer.valueOf(words[1]));
      }
      return senders;
    }

    private static void judgeOrder(List<Integer> numbers) {
      assertThat(numbers).as("once, and in order").isSorted().doesNotHaveDuplicates();
    }
  }
}
