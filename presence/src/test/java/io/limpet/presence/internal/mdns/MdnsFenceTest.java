package io.limpet.presence.internal.mdns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.limpet.link.Bytes;
import io.limpet.link.LinkInterface;
import io.limpet.presence.Samples;
import io.limpet.presence.internal.announce.MdnsRecord;
import io.limpet.presence.internal.announce.TxtCodec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the fence does with interfaces, with instances that are slow, broken, or both. */
class MdnsFenceTest {
  private final List<Life> lives = new CopyOnWriteArrayList<>();
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final CountDownLatch release = new CountDownLatch(1);
  private volatile String slow = "none";
  private volatile String broken = "none";
  private final MdnsFence<MdnsRecord> fence =
      new MdnsFence<>(
          LimpetService.KIND,
          Samples.claim(1, "me", 1),
          7464,
          new Directory.Listener<>() {
            @Override
            public void onSeen(String key, MdnsRecord claim) {
              heard.add("+" + key);
            }

            @Override
            public void onLost(String key) {
              heard.add("-" + key);
            }
          },
          this::create);

  @AfterEach
  void end() {
    release.countDown();
    fence.close();
  }

  @Test
  void eachInterfaceIsUsedInBothFamilies() {
    fence.reconcile(
        List.of(
            at(1, "eth0", "10.0.0.1", "fe80::1", "fe80::2", "2001:db8::1"),
            at(2, "eth1", "fe80::3")));
    awaitLives("10.0.0.1", "fe80:0:0:0:0:0:0:1", "fe80:0:0:0:0:0:0:3");
  }

  @Test
  void aNewAddressOfOneInterfaceLeavesTheOthersAlone() {
    fence.reconcile(List.of(at(1, "eth0", "10.0.0.1"), at(2, "eth1", "10.1.0.1")));
    awaitLives("10.0.0.1", "10.1.0.1");
    fence.reconcile(List.of(at(1, "eth0", "10.0.0.2"), at(2, "eth1", "10.1.0.1")));
    awaitLives("10.0.0.1", "10.1.0.1", "10.0.0.2");
    await().until(() -> life("10.0.0.1").buried);
    assertThat(life("10.1.0.1").buried).isFalse();
    fence.reconcile(List.of(at(7, "eth0", "10.0.0.2"), at(2, "eth1", "10.1.0.1")));
    await().until(() -> lives.size() == 4); // The same name and address, and another interface.
  }

  @Test
  void oneInterfaceThatHangsOrFailsStopsNeitherTheStartNorTheOthers() {
    slow = "10.0.0.1";
    broken = "10.1.0.1";
    fence.reconcile(
        List.of(at(1, "a", "10.0.0.1"), at(2, "b", "10.1.0.1"), at(3, "c", "10.2.0.1")));
    fence.publish(Samples.claim(1, "me too", 1));
    awaitLives("10.2.0.1");
    await().until(() -> "me too".equals(life("10.2.0.1").nickname()));
    life("10.2.0.1").listener.onResolved("elm", found(Samples.claim(2, "elm", 1)));
    await().until(() -> heard.contains("+c(3) 10.2.0.1/elm"));
    broken = "none";
    await().until(() -> lives.stream().anyMatch(l -> l.address.equals("10.1.0.1")));
    fence.reconcile(List.of(at(1, "a", "10.0.0.1"), at(2, "b", "10.1.0.1")));
    await().until(() -> life("10.2.0.1").buried);
    assertThat(lives).as("and one hangs still").noneMatch(l -> l.address.equals("10.0.0.1"));
  }

  @Test
  void aDoubtReachesTheInterfaceWhereTheRecordWasSeen() {
    fence.reconcile(List.of(at(1, "a", "10.0.0.1"), at(2, "b", "10.1.0.1")));
    awaitLives("10.0.0.1", "10.1.0.1");
    for (Life life : lives) {
      life.listener.onResolved("elm", found(Samples.claim(2, "elm", 1)));
    }
    await().until(() -> heard.size() == 2);
    fence.reconfirm("b(2) 10.1.0.1/elm");
    await().until(() -> life("10.1.0.1").flushed.equals(List.of("elm")));
    assertThat(life("10.0.0.1").flushed).isEmpty();
  }

  // ---- the bench ----

  private static ServiceKind.Resolved found(MdnsRecord claim) {
    return new ServiceKind.Resolved(Bytes.of(TxtCodec.encode(claim)), 7464, List.of());
  }

  private static LinkInterface at(int index, String name, String... addresses) {
    return new LinkInterface(
        index,
        name,
        null,
        Arrays.stream(addresses).map(MdnsFenceTest::address).toList(),
        true,
        true,
        1500);
  }

  private static InetAddress address(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private void awaitLives(String... addresses) {
    await()
        .untilAsserted(
            () ->
                assertThat(lives)
                    .extracting(life -> life.address)
                    .containsExactlyInAnyOrder(addresses));
  }

  private Life life(String address) {
    return lives.stream().filter(life -> life.address.equals(address)).findFirst().orElseThrow();
  }

  private Instance create(
      String type,
      InetAddress address,
      String hostLabel,
      String serviceName,
      int port,
      byte[] txt,
      Instance.Listener listener)
      throws IOException {
    if (address.getHostAddress().equals(slow)) {
      try {
        release.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    if (address.getHostAddress().equals(broken)) {
      throw new IOException("no such device");
    }
    Life life = new Life(address.getHostAddress(), txt, listener);
    lives.add(life);
    return life;
  }

  private static final class Life implements Instance {
    private final String address;
    private final Listener listener;
    private final List<String> flushed = new CopyOnWriteArrayList<>();
    private volatile byte[] txt;
    private volatile boolean buried;

    Life(String address, byte[] txt, Listener listener) {
      this.address = address;
      this.txt = txt;
      this.listener = listener;
    }

    String nickname() {
      return TxtCodec.decode(txt).orElseThrow().nickname();
    }

    @Override
    public void browse() {
      listener.onNamed("own");
    }

    @Override
    public void resolve(String serviceName, boolean again) {}

    @Override
    public void flush(String serviceName) {
      flushed.add(serviceName);
    }

    @Override
    public void setText(byte[] next) {
      txt = next;
    }

    @Override
    public boolean isOwn(String serviceName) {
      return serviceName.equals("own");
    }

    @Override
    public boolean isAlive() {
      return !buried;
    }

    @Override
    public void bury() {
      buried = true;
    }
  }
}
