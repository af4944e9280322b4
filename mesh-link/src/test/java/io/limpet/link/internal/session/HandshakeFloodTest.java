package io.limpet.link.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.internal.session.Sessions.Inbound;
import io.limpet.link.internal.wire.DatagramType;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Twenty thousand false first messages a second, in virtual time, while honest nodes want in.
 * {@code -Dlimpet.seed=N} replays a run.
 */
class HandshakeFloodTest {
  private static final long MS = 1_000_000L;
  private static final int PER_MS = 20;
  private static final int FOR_MS = 6_000;
  private static final long FLIGHT_NS = 5 * MS;
  private static final int HONEST_OF_A_KIND = 100;

  private final long seed = Long.getLong("limpet.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Node ben = new Node(random);
  private final PriorityQueue<Event> queue =
      new PriorityQueue<>(Comparator.comparingLong(Event::atNs).thenComparingLong(Event::order));
  private long nowNs;
  private long order;

  private record Event(long atNs, long order, Runnable action) {}

  /** What an attacker can do. */
  enum Attack {
    /** Sends from any address there is. */
    FORGED_SOURCES,
    /** Has eight addresses, and sends what it is asked for. */
    EIGHT_REAL_SOURCES,
    /** Forges the addresses and the names of known peers. */
    FORGED_PEERS,
    /** Has recorded what honest nodes have said. */
    REPLAYS
  }

  /** One honest node that wants an association. */
  private final class Wish {
    final Node node = new Node(random);
    final InetSocketAddress source = Node.source(random.nextInt(1 << 20));
    long beganNs;
    long tookNs = -1;

    void begin() {
      beganNs = nowNs;
      node.learn(ben);
      tryNow();
    }

    private void tryNow() {
      if (tookNs >= 0 || nowNs - beganNs > 4_000 * MS) {
        return;
      }
      if (node.sessions.wantsInitiation(nowNs, ben.address())) {
        toBen(node.initiate(nowNs, ben, ""));
      }
      after(10 * MS, this::tryNow);
    }

    private void toBen(byte[] datagram) {
      after(
          FLIGHT_NS,
          () -> {
            Inbound inbound = ben.open(nowNs, datagram, source);
            if (!(inbound instanceof Inbound.Rejected)) {
              byte[] reply = Node.reply(inbound);
              after(FLIGHT_NS, () -> fromBen(reply));
            }
          });
    }

    private void fromBen(byte[] datagram) {
      Inbound inbound = node.open(nowNs, datagram);
      if (inbound instanceof Inbound.Repeat repeat) {
        toBen(Node.bytes(repeat.datagram()));
      } else if (inbound instanceof Inbound.Frames && tookNs < 0) {
        tookNs = nowNs - beganNs;
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoIsKnownGetsInAsIfNothingWereGoingOn(Attack attack) {
    System.out.println("HandshakeFloodTest limpet.seed=" + seed);
    List<Wish> known = wishes(this::knownBefore);
    List<Wish> introduced =
        wishes(
            () -> {
              Wish wish = new Wish();
              ben.learn(wish.node);
              return wish;
            });
    List<Wish> strangers = wishes(Wish::new);
    flood(attack, known);
    run();

    System.out.printf(
        "%s: known p50 %d p99 %d ms, introduced %d %d, strangers %d %d, p90 %d%n",
        attack,
        ms(known, 50),
        ms(known, 99),
        ms(introduced, 50),
        ms(introduced, 99),
        ms(strangers, 50),
        ms(strangers, 99),
        ms(strangers, 90));
    assertThat(ms(known, 99)).as("seed %d", seed).isLessThan(300);
    assertThat(ms(introduced, 99)).as("seed %d", seed).isLessThan(300);
    // Where sources are forged, a stranger's first message is one of 20,000 that look alike; its
    // hello will introduce it.
    if (attack != Attack.FORGED_SOURCES) {
      assertThat(ms(strangers, 90)).as("seed %d", seed).isLessThan(300);
    }
    long spent = ben.sessions.rejected(RejectReason.BAD_HANDSHAKE) + 3 * HONEST_OF_A_KIND;
    int allowed = ben.config.handshakesPerSecond() * FOR_MS / 1_000 + ben.config.handshakeBurst();
    assertThat(spent).as("handshakes computed, seed %d", seed).isLessThan(allowed);
    assertThat(ben.sessions.peerCount()).isLessThanOrEqualTo(ben.config.maxPeers());
  }

  @Test
  void aFloodThatIsOverIsForgotten() {
    flood(Attack.FORGED_SOURCES, List.of());
    run();
    nowNs += 2 * Admission.LOAD_LASTS_NS;
    Node late = new Node(random);
    late.learn(ben);
    assertThat(ben.open(nowNs, late.initiate(nowNs, ben, ""))).isInstanceOf(Inbound.Frames.class);
  }

  private Wish knownBefore() {
    Wish wish = new Wish();
    wish.node.learn(ben);
    ben.learn(wish.node);
    Node.associate(nowNs, wish.node, ben);
    ben.open(nowNs, wish.node.seal(nowNs, ben, 0, "used"));
    nowNs += 300 * MS; // not faster than strangers may come
    wish.node.restart(2);
    return wish;
  }

  private List<Wish> wishes(Supplier<Wish> maker) {
    List<Wish> wishes = new ArrayList<>();
    for (int i = 0; i < HONEST_OF_A_KIND; i++) {
      wishes.add(maker.get());
    }
    for (Wish wish : wishes) {
      after((500 + random.nextInt(4_000)) * MS, wish::begin);
    }
    return wishes;
  }

  private void flood(Attack attack, List<Wish> known) {
    IntFunction<byte[]> rubbish = number -> firstMessage(random.nextLong());
    IntFunction<InetSocketAddress> source = number -> Node.source(random.nextInt());
    switch (attack) {
      case FORGED_SOURCES -> every(rubbish, source, false);
      case EIGHT_REAL_SOURCES -> every(rubbish, n -> Node.source(-1 - n % 8), true);
      case FORGED_PEERS ->
          every(
              n -> firstMessage(known.get(n % known.size()).node.address().low()),
              n -> known.get(n % known.size()).source,
              false);
      case REPLAYS -> {
        List<byte[]> recorded = new ArrayList<>();
        for (Wish wish : known) {
          Node node = wish.node;
          node.learn(ben);
          byte[] init = node.initiate(nowNs, ben, "");
          ben.open(nowNs, init);
          recorded.add(init);
          node.restart(3);
        }
        every(
            n -> recorded.get(n % recorded.size()), n -> known.get(n % known.size()).source, false);
      }
    }
  }

  private void every(
      IntFunction<byte[]> message, IntFunction<InetSocketAddress> source, boolean cookies) {
    for (int ms = 0; ms < FOR_MS; ms++) {
      after(
          ms * MS,
          () -> {
            for (int i = 0; i < PER_MS; i++) {
              int number = random.nextInt(1 << 20);
              byte[] datagram = message.apply(number);
              Inbound inbound = ben.open(nowNs, datagram, source.apply(number));
              if (cookies && inbound instanceof Inbound.Challenged) {
                byte[] answer = Node.reply(inbound);
                byte[] proven =
                    new Cookies(new HandshakeMacs(), random).withCookie(datagram, answer);
                after(FLIGHT_NS, () -> ben.open(nowNs, proven, source.apply(number)));
              }
            }
          });
    }
  }

  private byte[] firstMessage(long sender) {
    byte[] message = new byte[HandshakeFormat.MIN_INIT_BYTES];
    random.nextBytes(message);
    byte[] header =
        new HandshakeFormat.Header(random.nextInt(), ben.address().low(), sender, 9, 9).encode();
    System.arraycopy(header, 0, message, 0, header.length);
    assertThat(DatagramType.of(message[0])).isEqualTo(DatagramType.HANDSHAKE_INIT);
    return message;
  }

  private void after(long delayNs, Runnable action) {
    queue.add(new Event(nowNs + delayNs, order++, action));
  }

  private void run() {
    while (!queue.isEmpty()) {
      Event next = queue.remove();
      nowNs = Math.max(nowNs, next.atNs);
      next.action.run();
    }
  }

  /** Returns a percentile of the times until an association, in milliseconds; never is four s. */
  private static long ms(List<Wish> wishes, int percentile) {
    long[] took =
        wishes.stream()
            .mapToLong(wish -> wish.tookNs < 0 ? 4_000 : wish.tookNs / MS)
            .sorted()
            .toArray();
    return took[(took.length * percentile + 99) / 100 - 1];
  }
}
