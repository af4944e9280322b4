package io.limpet.link.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.Bytes;
import io.limpet.link.internal.session.Sessions.Inbound;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two nodes in virtual time, on an air that loses, delays, reorders, doubles and replays, while
 * both initiate when they like, forget each other, and restart. Nothing may ever be delivered twice
 * or from the wrong node; and once the air is quiet, both must be able to talk, and stop shaking
 * hands.
 *
 * <p>{@code -Dlimpet.seed=N} runs one seed.
 */
class SessionsUnderChaosTest {
  private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long CHAOS_NS = TimeUnit.SECONDS.toNanos(12);
  private static final long SETTLE_NS = TimeUnit.SECONDS.toNanos(12);
  private static final long QUIET_NS = TimeUnit.SECONDS.toNanos(20);
  private static final int SEEDS = 60;

  static LongStream seeds() {
    Long only = Long.getLong("limpet.seed");
    return only == null ? LongStream.rangeClosed(1, SEEDS) : LongStream.of(only);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void bothCanTalkOnceTheDustHasSettled(long seed) {
    World world = new World(seed);
    world.run(CHAOS_NS);

    world.calm = true;
    world.run(SETTLE_NS);
    int deliveredAtAnna = world.anna.delivered;
    int deliveredAtBen = world.ben.delivered;
    int initiations = world.anna.initiations + world.ben.initiations;
    int sentByAnna = world.anna.sent;
    int sentByBen = world.ben.sent;
    world.run(QUIET_NS);

    int inFlight = 4;
    assertThat(world.ben.delivered - deliveredAtBen)
        .as("of what Anna sent, seed %d", seed)
        .isGreaterThanOrEqualTo(world.anna.sent - sentByAnna - inFlight)
        .isGreaterThan(100);
    assertThat(world.anna.delivered - deliveredAtAnna)
        .as("of what Ben sent, seed %d", seed)
        .isGreaterThanOrEqualTo(world.ben.sent - sentByBen - inFlight)
        .isGreaterThan(100);
    assertThat(world.anna.initiations + world.ben.initiations - initiations)
        .as("handshakes between nodes that understand each other, seed %d", seed)
        .isZero();
  }

  /** A datagram on its way. */
  private record Flight(long arrivalNs, long order, Actor to, Bytes bytes) {}

  private static final class Actor {
    final Node node;
    final String name;
    final Set<String> sentMessages = new HashSet<>();
    int sent;
    int delivered;
    int initiations;

    Actor(String name, Random random) {
      this.name = name;
      this.node = new Node(random);
    }
  }

  private static final class World {
    final Random random;
    final Actor anna;
    final Actor ben;
    final PriorityQueue<Flight> air =
        new PriorityQueue<>(
            (a, b) ->
                a.arrivalNs - b.arrivalNs != 0
                    ? Long.compare(a.arrivalNs - b.arrivalNs, 0)
                    : Long.compare(a.order, b.order));
    final List<Flight> recorded = new ArrayList<>();
    final Set<String> deliveredMessages = new HashSet<>();
    final double loss;
    final double duplication;
    final double replay;
    final double upset;
    boolean calm;
    long nowNs;
    long order;

    World(long seed) {
      random = new Random(seed);
      // Far from zero, and about to wrap: only differences of times may matter.
      nowNs = Long.MAX_VALUE - CHAOS_NS / 2;
      anna = new Actor("anna", random);
      ben = new Actor("ben", random);
      loss = random.nextInt(3) * 0.25;
      duplication = random.nextDouble() * 0.4;
      replay = random.nextDouble() * 0.5;
      upset = random.nextDouble() * 0.03;
      hellos();
    }

    void run(long durationNs) {
      for (long elapsedNs = 0; elapsedNs < durationNs; elapsedNs += TICK_NS) {
        nowNs += TICK_NS;
        if (calm ? elapsedNs == 0 : random.nextDouble() < 0.05) {
          hellos();
        }
        act(anna, ben);
        act(ben, anna);
        deliver();
      }
    }

    private void hellos() {
      if (calm || random.nextBoolean()) {
        anna.node.learn(ben.node);
      }
      if (calm || random.nextBoolean()) {
        ben.node.learn(anna.node);
      }
    }

    private void act(Actor self, Actor other) {
      Node node = self.node;
      if (!calm && random.nextDouble() < upset) {
        if (random.nextBoolean()) {
          node.restart(node.epoch + 1 + random.nextInt(3));
        } else {
          node.sessions.drop(other.node.address());
        }
      }
      boolean whim =
          !calm && random.nextDouble() < 0.05 && node.sessions.canInitiate(other.node.address());
      if (node.sessions.wantsInitiation(nowNs, other.node.address()) || whim) {
        self.initiations++;
        send(other, node.initiate(nowNs, other.node, message(self, "early")));
      }
      if (calm || random.nextInt(4) == 0) {
        byte[] sealed = node.seal(nowNs, other.node, random.nextInt(3), message(self, "data"));
        if (sealed.length > 0) {
          self.sent++;
          send(other, sealed);
        }
      }
      if (!calm && random.nextDouble() < replay && !recorded.isEmpty()) {
        Flight old = recorded.get(random.nextInt(recorded.size()));
        air.add(new Flight(nowNs + delayNs(), order++, old.to, old.bytes));
      }
    }

    private String message(Actor self, String kind) {
      String message = self.name + " " + kind + " " + order++;
      self.sentMessages.add(message);
      return message;
    }

    private void send(Actor to, byte[] bytes) {
      recorded.add(new Flight(nowNs, order++, to, Bytes.of(bytes)));
      int copies = !calm && random.nextDouble() < duplication ? 2 : 1;
      for (int i = 0; i < copies; i++) {
        if (calm || random.nextDouble() >= loss) {
          air.add(new Flight(nowNs + delayNs(), order++, to, Bytes.of(bytes)));
        }
      }
    }

    private long delayNs() {
      long maxMillis = calm ? 20 : 600;
      return TimeUnit.MILLISECONDS.toNanos(1 + random.nextLong(maxMillis));
    }

    private void deliver() {
      while (!air.isEmpty() && air.peek().arrivalNs - nowNs <= 0) {
        Flight flight = air.remove();
        Actor to = flight.to;
        Actor from = to == anna ? ben : anna;
        Inbound inbound = to.node.open(nowNs, flight.bytes.toArray());
        if (inbound instanceof Inbound.Frames frames) {
          assertThat(frames.peer()).isEqualTo(from.node.address());
          String message = Node.text(inbound);
          if (!message.isEmpty()) {
            assertThat(from.sentMessages).contains(message);
            assertThat(deliveredMessages.add(message)).as("first time of %s", message).isTrue();
            if (message.contains("data")) {
              to.delivered++;
            }
          }
          frames.frames().release();
        }
        if (!(inbound instanceof Inbound.NotForUs || inbound instanceof Inbound.Rejected)) {
          byte[] reply = Node.reply(inbound);
          if (reply.length > 0) {
            send(from, reply);
          }
        }
      }
    }
  }
}
