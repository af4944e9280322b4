package io.limpet.invitation.internal.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.invitation.Line;
import io.limpet.invitation.internal.wire.Message;
import io.limpet.link.MeshAddress;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever happens to streams (they die with what is under way, come back, double and reorder what
 * they carry), every member gets every line once, in order.
 */
class GroupPropertyTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  static Stream<Long> seeds() {
    Long one = Long.getLong("limpet.seed");
    return one != null ? Stream.of(one) : new Random(20261126).longs(300).boxed();
  }

  @ParameterizedTest(name = "-Dlimpet.seed={0}")
  @MethodSource("seeds")
  void every_member_gets_every_line_once_and_in_order(long seed) {
    World world = new World(seed);
    world.run(2_000);
    world.healAndDrain();
    world.check();
  }

  private static final class World {
    private static final GroupLimits LIMITS = new GroupLimits(8, 100_000, 100_000, 1 << 20);
    final Random random;
    final int size;
    final List<GroupChannel> channels = new ArrayList<>();
    final List<List<Line>> heard = new ArrayList<>();
    final Map<Integer, Integer> said = new HashMap<>();
    final List<List<ArrayDeque<Message.OfGroup>>> wires = new ArrayList<>();
    final boolean[][] up;
    final boolean reorders;

    World(long seed) {
      random = new Random(seed);
      size = 2 + random.nextInt(3);
      reorders = random.nextBoolean();
      up = new boolean[size][size];
      List<MeshAddress> members = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        members.add(address(i));
      }
      for (int i = 0; i < size; i++) {
        List<Line> lines = new ArrayList<>();
        heard.add(lines);
        int me = i;
        wires.add(Stream.generate(ArrayDeque<Message.OfGroup>::new).limit(size).toList());
        channels.add(
            new GroupChannel(
                "a",
                address(i),
                1,
                LIMITS,
                new GroupOutput() {
                  @Override
                  public void send(MeshAddress peer, Message.OfGroup message) {
                    int to = (int) peer.low();
                    if (up[me][to]) {
                      wire(me, to).addLast(message);
                    }
                  }

                  @Override
                  public void deliver(Line line) {
                    lines.add(line);
                  }

                  @Override
                  public void violation(MeshAddress peer, String what) {
                    throw new AssertionError(what);
                  }
                }));
      }
      channels.forEach(c -> c.setMembers(members));
    }

    void run(int steps) {
      for (int step = 0; step < steps; step++) {
        int from = random.nextInt(size);
        int to = (from + 1 + random.nextInt(size - 1)) % size;
        int dice = random.nextInt(100);
        if (dice < 20) {
          channels.get(from).say("p" + from, "line", NOW);
          said.merge(from, 1, Integer::sum);
        } else if (dice < 24) {
          cut(from, to);
        } else if (dice < 34) {
          open(from, to);
        } else if (dice < 38 && up[from][to]) {
          // Another of two streams was lost: more is sent again than was lost.
          channels.get(from).resend(address(to));
        } else {
          carry(from, to, dice < 44);
        }
      }
    }

    void healAndDrain() {
      for (int from = 0; from < size; from++) {
        for (int to = 0; to < size; to++) {
          if (from != to) {
            cut(from, to);
          }
        }
      }
      for (int from = 0; from < size; from++) {
        for (int to = from + 1; to < size; to++) {
          open(from, to);
        }
      }
      boolean moved = true;
      while (moved) {
        moved = false;
        for (int from = 0; from < size; from++) {
          for (int to = 0; to < size; to++) {
            while (!wire(from, to).isEmpty()) {
              moved = true;
              carry(from, to, false);
            }
          }
        }
      }
    }

    void check() {
      for (int me = 0; me < size; me++) {
        for (int from = 0; from < size; from++) {
          MeshAddress who = address(from);
          List<Long> numbers =
              heard.get(me).stream()
                  .filter(l -> l.from().equals(who))
                  .map(Line::sequence)
                  .collect(Collectors.toList());
          assertThat(numbers)
              .isEqualTo(LongStream.rangeClosed(1, said.getOrDefault(from, 0)).boxed().toList());
          if (me != from) {
            assertThat(channels.get(from).hasWork(address(me))).isFalse();
          }
        }
      }
    }

    private ArrayDeque<Message.OfGroup> wire(int from, int to) {
      return wires.get(from).get(to);
    }

    private void cut(int a, int b) {
      up[a][b] = false;
      up[b][a] = false;
      wire(a, b).clear();
      wire(b, a).clear();
    }

    private void open(int a, int b) {
      if (!up[a][b]) {
        up[a][b] = true;
        up[b][a] = true;
        channels.get(a).resend(address(b));
        channels.get(b).resend(address(a));
      }
    }

    private void carry(int from, int to, boolean twice) {
      if (wire(from, to).isEmpty()) {
        return;
      }
      Message.OfGroup message =
          reorders && random.nextInt(4) == 0
              ? wire(from, to).pollLast()
              : wire(from, to).pollFirst();
      channels.get(to).onMessage(address(from), message, "");
      if (twice) {
        channels.get(to).onMessage(address(from), message, "");
      }
      if (wire(from, to).isEmpty() || random.nextInt(3) == 0) {
        channels.get(to).acknowledge(address(from));
      }
    }
  }

  private static MeshAddress address(int index) {
    return new MeshAddress(0x2001_0020_0000_0000L, index);
  }
}
