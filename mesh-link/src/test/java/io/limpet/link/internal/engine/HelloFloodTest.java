package io.limpet.link.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.Bytes;
import io.limpet.link.Carrier;
import io.limpet.link.LinkEvent;
import io.limpet.link.PathState;
import io.limpet.link.PeerReport;
import io.limpet.link.internal.identity.NodeIdentity;
import io.limpet.link.internal.wire.HeardFilter;
import io.limpet.link.internal.wire.Hello;
import io.limpet.link.internal.wire.HelloCodec;
import io.limpet.link.internal.wire.Tidings;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Twenty thousand hellos a second that nobody honest has sent. */
class HelloFloodTest {
  private static final int PER_MS = 20;
  private static final int FOR_MS = 6_000;

  private final long seed = Long.getLong("limpet.seed", 20261126L);
  private final Random random = new Random(seed);
  private final SimNetwork network = new SimNetwork(seed);
  private final SimNode anna = network.add("anna", true);
  private final SimNode bert = network.add("bert", true);
  private long checks;

  @BeforeEach
  void friendsMeet() {
    network.runFor(3_000);
    assertThat(anna.pathTo(bert)).isEqualTo(PathState.UNICAST);
    anna.engine()
        .measureWith(
            () -> {
              checks++;
              return checks * CheckBudget.NOMINAL_NS;
            });
  }

  @Test
  void falseSignaturesCostAFixedShareAndLeaveTheKnownTheirs() {
    flood(pool(512, 1), this::anySource);
    friendsGoOn();
    spentOnlyItsShare();
    assertThat(anna.engine().peers(network.now())).hasSize(1);
  }

  @Test
  void trueSignaturesOfFalseIdentitiesDisplaceNobodyWhoIsKnown() {
    List<SimNode> friends = new ArrayList<>(List.of(bert));
    for (int i = 0; i < 10; i++) {
      friends.add(network.add("friend" + i, false));
    }
    network.runFor(15_000); // the associations of all pairs take their time
    flood(pool(1_500, 0), this::anySource);
    friendsGoOn();
    spentOnlyItsShare();
    List<PeerReport> peers = anna.engine().peers(network.now());
    assertThat(peers).hasSizeGreaterThan(100).hasSizeLessThanOrEqualTo(PeerTable.MAX_PEERS);
    for (SimNode friend : friends) {
      assertThat(anna.pathTo(friend)).as(friend.name).isEqualTo(PathState.UNICAST);
    }
  }

  @Test
  void whoForgesTheNameOfAKnownPeerStopsNeitherItNorTheOthers() {
    SimNode carl = network.add("carl", false);
    network.runFor(3_000);
    byte[] carls = hello(carl.identity(), 1 << 20);
    flood(
        () -> {
          byte[] forged = carls.clone();
          forged[forged.length - 1 - random.nextInt(64)] ^= 1;
          return forged;
        },
        () -> new InetSocketAddress(carl.ip(), 7464));
    network.every(50, FOR_MS, () -> anna.send(carl, 0));
    friendsGoOn();
    spentOnlyItsShare();
    assertThat(anna.pathTo(carl)).isEqualTo(PathState.UNICAST);
    assertThat(carl.got).hasSizeGreaterThan(FOR_MS / 50 - 10);
  }

  @Test
  void oneSourceTakesNotTheShareOfTheOtherStrangers() {
    InetSocketAddress one = new InetSocketAddress(address(0x0A000909), 7464);
    flood(pool(512, 1), () -> one);
    network.runFor(1_000);
    SimNode newcomer = network.add("newcomer", false);
    network.runFor(1_000);
    assertThat(anna.events(LinkEvent.PeerHeard.class))
        .extracting(heard -> heard.info().nickname())
        .contains("newcomer");
    assertThat(newcomer.pathTo(anna)).isEqualTo(PathState.UNICAST);
  }

  /** What Bert says anew arrives, payloads flow, and the journal stays readable. */
  private void friendsGoOn() {
    System.out.println("HelloFloodTest limpet.seed=" + seed);
    int before = anna.events(LinkEvent.SecurityRejected.class).size();
    network.every(50, FOR_MS, () -> anna.send(bert, 0));
    network.after(
        1_000, () -> bert.engine().setAnnouncement(network.now(), Bytes.of(new byte[] {1, 2, 3})));
    network.runFor(FOR_MS);
    assertThat(bert.got).hasSizeGreaterThan(FOR_MS / 50 - 10);
    assertThat(anna.pathTo(bert)).isEqualTo(PathState.UNICAST);
    assertThat(anna.report(bert).orElseThrow().lastHeard()).isLessThan(Duration.ofSeconds(2));
    assertThat(anna.events(LinkEvent.PeerChanged.class))
        .as("Bert's new hello was checked")
        .anyMatch(changed -> changed.peer().equals(bert.address()));
    assertThat(anna.engine().rejected()).isGreaterThan(PER_MS * FOR_MS / 2);
    assertThat(anna.events(LinkEvent.SecurityRejected.class).size() - before).isLessThan(16);
  }

  private void spentOnlyItsShare() {
    long spentNs = checks * CheckBudget.NOMINAL_NS / 2; // two looks at the clock for each
    long mayNs = (long) (2 * (CheckBudget.SHARE * 2 * FOR_MS * 1e6 + CheckBudget.SAVED_NS));
    assertThat(spentNs).isLessThan(mayNs);
  }

  private void flood(Supplier<byte[]> hellos, Supplier<InetSocketAddress> source) {
    network.every(
        1,
        FOR_MS,
        () -> {
          for (int i = 0; i < PER_MS; i++) {
            anna.arrive(source.get(), Carrier.MULTICAST_IPV4, hellos.get());
          }
        });
  }

  private InetSocketAddress anySource() {
    return new InetSocketAddress(address(0x0A000000 | random.nextInt(1 << 16)), 7464);
  }

  private static InetAddress address(int bits) {
    try {
      return InetAddress.getByAddress(ByteBuffer.allocate(4).putInt(bits).array());
    } catch (UnknownHostException e) {
      throw new AssertionError("an address has four bytes", e);
    }
  }

  /**
   * Hellos of so many identities; spoilt ones have another bit of the signature wrong each time.
   */
  private Supplier<byte[]> pool(int identities, int spoilt) {
    List<byte[]> pool = new ArrayList<>();
    for (int i = 0; i < identities; i++) {
      pool.add(hello(NodeIdentity.generate(random), 1));
    }
    return () -> {
      byte[] hello = pool.get(random.nextInt(pool.size())).clone();
      hello[hello.length - 1 - random.nextInt(64)] ^= (byte) spoilt;
      return hello;
    };
  }

  private static byte[] hello(NodeIdentity identity, long sequence) {
    Hello hello =
        new Hello(
            identity.signingKey(),
            identity.noiseKey(),
            "mallory",
            1,
            sequence,
            Hello.Kind.HELLO,
            Bytes.of(new byte[] {2, 0, 0, 0, 6, 6}),
            List.of(address(0x0A000A0A)),
            7464,
            Bytes.EMPTY,
            new Tidings(2_000, 2, List.of(), List.of(), HeardFilter.silent()));
    ByteBuf encoded = HelloCodec.encode(hello, identity, UnpooledByteBufAllocator.DEFAULT);
    byte[] bytes = new byte[encoded.readableBytes()];
    encoded.readBytes(bytes);
    encoded.release();
    return bytes;
  }
}
