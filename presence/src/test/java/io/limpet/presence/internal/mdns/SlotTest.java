package io.limpet.presence.internal.mdns;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.Bytes;
import io.limpet.presence.Samples;
import io.limpet.presence.internal.announce.MdnsRecord;
import io.limpet.presence.internal.announce.TxtCodec;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SlotTest {
  private static final long TICK_MS = 250;
  private static final long START_NS = Long.MAX_VALUE - 30_000_000_000L; // It wraps on the way.

  private final List<FakeInstance> instances = new ArrayList<>();
  private final List<String> heard = new ArrayList<>();
  private int burials;
  private boolean refuse;
  private boolean deaf;
  private long ms;
  private Slot<MdnsRecord> slot = slotOf(LimpetService.KIND);

  private Slot<MdnsRecord> slotOf(ServiceKind<MdnsRecord> kind) {
    return new Slot<>(
        "eth0",
        InetAddress.getLoopbackAddress(),
        7464,
        kind,
        Samples.claim(1, "me", 1),
        new FakeHost(),
        new Directory.Listener<>() {
          @Override
          public void onSeen(String key, MdnsRecord claim) {
            heard.add("+" + key + '=' + claim.nickname());
          }

          @Override
          public void onLost(String key) {
            heard.add("-" + key);
          }
        },
        START_NS);
  }

  @Test
  void browsingIsRepeatedEverMoreRarelyAndTextThreeTimes() {
    run(120);
    assertThat(only().browsedMs)
        .containsExactly(1_500L, 4_500L, 10_500L, 22_500L, 46_500L, 94_500L);
    assertThat(only().textSetMs).containsExactly(2_500L, 5_000L, 10_000L);
  }

  @Test
  void aChangedTextIsSetAtOnceAndRepeated() {
    run(20);
    only().textSetMs.clear();
    slot.onOwnChanged(nowNs(), Samples.claim(1, "me", 1));
    assertThat(only().textSetMs).as("the same is no change").isEmpty();
    slot.onOwnChanged(nowNs(), Samples.claim(1, "me again", 1));
    run(15);
    assertThat(only().textSetMs).containsExactly(20_000L, 22_500L, 25_000L, 30_000L);
    assertThat(TxtCodec.decode(only().txt)).contains(Samples.claim(1, "me again", 1));
  }

  @Test
  void whatHasANameAndNoDataIsAskedForAgainAndThenNotForEver() {
    run(5);
    slot.onNamed(nowNs(), 1, "Elm");
    run(60);
    assertThat(only().resolved).hasSize(6).containsOnly("Elm");
    slot.onNamed(nowNs(), 1, "oak");
    run(1);
    resolved(1, "oak", Samples.claim(3, "oak", 1));
    run(60);
    assertThat(only().resolved.stream().filter("oak"::equals).count()).isLessThanOrEqualTo(2);
  }

  @Test
  void resolvedTwiceIsOneRecordAndEmptyDataIsNone() {
    run(5);
    slot.onNamed(nowNs(), 1, "Elm");
    slot.onResolved(nowNs(), 1, "Elm", found(new byte[] {0}));
    slot.onResolved(nowNs(), 1, "Elm", found(new byte[0]));
    resolved(1, "Elm", Samples.claim(2, "elm", 1));
    resolved(1, "ELM", Samples.claim(2, "elm", 1));
    slot.onNamed(nowNs(), 1, "elm");
    resolved(1, "elm", Samples.claim(2, "elm of the pond", 1));
    slot.onRemoved(nowNs(), 1, "elm");
    slot.onRemoved(nowNs(), 1, "elm");
    assertThat(heard).containsExactly("+eth0/elm=elm", "+eth0/elm=elm of the pond", "-eth0/elm");
    assertThat(slot.dropped()).isZero();
  }

  @Test
  void nonsenseIsCounted() {
    run(5);
    slot.onResolved(nowNs(), 1, "x", found(new byte[] {3, 'a', '=', 'b'}));
    slot.onRemoved(nowNs(), 1, "x");
    assertThat(slot.dropped()).isEqualTo(1);
    assertThat(heard).isEmpty();
  }

  @Test
  void aDeadInstanceIsBuriedAndAnotherIsBuiltAndKeepsWhatItHearsAgain() {
    run(100);
    resolved(1, "elm", Samples.claim(2, "elm", 1));
    resolved(1, "oak", Samples.claim(3, "oak", 1));
    only().alive = false;
    run(1);
    assertThat(instances).hasSize(2);
    assertThat(instances.get(0).buried).isTrue();
    assertThat(instances.get(1).resolved).as("asked for at once").contains("elm", "oak");
    resolved(2, "elm", Samples.claim(2, "elm", 1));
    resolved(1, "late word of the dead", Samples.claim(4, "ghost", 1));
    run(30);
    assertThat(heard).containsExactly("+eth0/elm=elm", "+eth0/oak=oak", "-eth0/oak");
  }

  @Test
  void anInstanceThatDoesNotHearItselfIsReplaced() {
    deaf = true;
    run(14);
    assertThat(instances).hasSize(1);
    run(3);
    assertThat(instances).hasSize(2);
    deaf = false;
    run(1);
    slot.onNamed(nowNs(), 2, "own");
    run(300);
    assertThat(instances).hasSize(2);
    deaf = true;
    slot.onRemoved(nowNs(), 2, "own");
    run(17);
    assertThat(instances).as("its own service has gone from the air").hasSize(3);
  }

  @Test
  void whatFailsAgainAndAgainIsTriedEverMoreRarely() {
    refuse = true;
    run(600);
    // After 0.5, 1, 2, 4, 8, 16 and then every 30 seconds.
    assertThat(buildAttempts).isBetween(20, 28);
    refuse = false;
    run(31);
    assertThat(instances).hasSize(1);
  }

  @Test
  void anExceptionOutOfTheInstanceIsItsDeath() {
    run(5);
    only().throwing = true;
    run(10);
    assertThat(instances).hasSize(2);
  }

  @Test
  void whileTooManyAreDyingNoneIsBorn() {
    burials = Slot.MAX_BURIALS;
    run(30);
    assertThat(instances).isEmpty();
    burials = 0;
    run(1);
    assertThat(instances).hasSize(1);
  }

  @Test
  void whoseNameStaysIsBornWhenTheOneBeforeIsBuried() {
    slot = slotOf(new SameName());
    burials = 1;
    run(30);
    assertThat(instances).isEmpty();
    burials = 0;
    run(1);
    assertThat(instances).hasSize(1);
  }

  /** A kind whose instances have one name in all lives. */
  private static final class SameName implements ServiceKind<MdnsRecord> {
    @Override
    public String type() {
      return LimpetService.KIND.type();
    }

    @Override
    public String hostPart(MdnsRecord own) {
      return LimpetService.KIND.hostPart(own);
    }

    @Override
    public String serviceName(MdnsRecord own, InetAddress local, String unique) {
      return own.nickname();
    }

    @Override
    public boolean isNamedAnew() {
      return false;
    }

    @Override
    public byte[] encode(MdnsRecord own) {
      return LimpetService.KIND.encode(own);
    }

    @Override
    public Optional<MdnsRecord> decode(String name, InetAddress local, Resolved found) {
      return LimpetService.KIND.decode(name, local, found);
    }
  }

  @Test
  void aDeadThreadOfAnEarlierInstanceHarmsNobody() {
    run(5);
    slot.onThreadDied(nowNs(), 1);
    run(2);
    assertThat(instances).hasSize(2);
    slot.onThreadDied(nowNs(), 1);
    run(2);
    assertThat(instances).hasSize(2);
  }

  /** RFC 6762, section 10.4. */
  @Test
  void whatIsInDoubtIsForgottenByTheCacheAskedForAndGoneAfterTenSeconds() {
    run(100);
    resolved(1, "Elm", Samples.claim(2, "elm", 1));
    resolved(1, "oak", Samples.claim(3, "oak", 1));
    heard.clear();
    slot.onDoubt(nowNs(), "eth0/elm");
    slot.onDoubt(nowNs(), "eth0/oak");
    assertThat(only().flushed).containsExactly("Elm", "oak");
    run(1);
    resolved(1, "oak", Samples.claim(3, "oak", 1));
    assertThat(heard).as("confirmed").containsExactly("+eth0/oak=oak");
    run(8);
    assertThat(heard).doesNotContain("-eth0/elm");
    assertThat(only().resolved.stream().filter("Elm"::equals))
        .as("two or more questions")
        .hasSizeGreaterThanOrEqualTo(2);
    run(2);
    assertThat(heard).containsExactly("+eth0/oak=oak", "-eth0/elm");
    resolved(1, "elm", Samples.claim(2, "elm", 1));
    assertThat(heard).as("late, but there").endsWith("+eth0/elm=elm");
  }

  @Test
  void nothingIsPutIntoDoubtAllTheTime() {
    run(100);
    resolved(1, "elm", Samples.claim(2, "elm", 1));
    for (int i = 0; i < 60; i++) {
      slot.onDoubt(nowNs(), "eth0/elm");
      run(1);
      resolved(1, "elm", Samples.claim(2, "elm", 1));
    }
    assertThat(only().flushed).hasSize(2);
    slot.onDoubt(nowNs(), "eth0/nobody");
    slot.onDoubt(nowNs(), "elsewhere/elm");
    assertThat(only().flushed).hasSize(2);
  }

  @Test
  void aDoubtOutlivesTheInstance() {
    run(100);
    resolved(1, "elm", Samples.claim(2, "elm", 1));
    slot.onDoubt(nowNs(), "eth0/elm");
    only().alive = false;
    run(3);
    assertThat(instances.get(1).resolved).contains("elm");
    run(9);
    assertThat(heard).containsExactly("+eth0/elm=elm", "-eth0/elm");
  }

  @Test
  void aCrowdOfServicesIsBoundedAndTheNamelessGoFirst() {
    run(5);
    for (int i = 0; i < 2_000; i++) {
      slot.onNamed(nowNs(), 1, "junk" + i);
    }
    resolved(1, "elm", Samples.claim(2, "elm", 1));
    assertThat(heard).containsExactly("+eth0/elm=elm");
    for (int i = 0; i < 2_000; i++) {
      resolved(1, "p" + i, Samples.claim(100 + i, "p" + i, 1));
    }
    assertThat(heard).hasSize(Slot.MAX_SERVICES);
    assertThat(slot.dropped()).isGreaterThan(2_000);
  }

  @Test
  void closingLosesEverythingAndBuriesTheLast() {
    run(5);
    resolved(1, "elm", Samples.claim(2, "elm", 1));
    slot.close();
    assertThat(only().buried).isTrue();
    assertThat(heard).containsExactly("+eth0/elm=elm", "-eth0/elm");
    resolved(1, "elm", Samples.claim(2, "elm", 2));
    assertThat(heard).hasSize(2);
  }

  @Test
  void aServiceNameIsOneLabelWhateverTheNickname() {
    assertThat(LimpetService.serviceName("elm", "1a2b3c4d-beef")).isEqualTo("elm#1a2b3c4d-beef");
    assertThat(LimpetService.serviceName("_a.b\\c", "1a2b3c4d-beef"))
        .isEqualTo("a-b-c#1a2b3c4d-beef");
    assertThat(LimpetService.serviceName("\uD83D\uDC1F".repeat(16), "1a2b3c4d-beef"))
        .isEqualTo("\uD83D\uDC1F".repeat(12) + "#1a2b3c4d-beef");
  }

  // ---- the bench ----

  private int buildAttempts;

  private long nowNs() {
    return START_NS + ms * 1_000_000L;
  }

  private void run(int seconds) {
    long end = ms + seconds * 1_000L;
    while (ms < end) {
      slot.onTick(nowNs());
      ms += TICK_MS;
    }
  }

  private void resolved(int generation, String name, MdnsRecord claim) {
    slot.onResolved(nowNs(), generation, name, found(TxtCodec.encode(claim)));
  }

  private static ServiceKind.Resolved found(byte[] txt) {
    return new ServiceKind.Resolved(Bytes.of(txt), 7464, List.of());
  }

  private FakeInstance only() {
    assertThat(instances).hasSize(1);
    return instances.get(0);
  }

  private final class FakeHost implements Slot.Host<MdnsRecord> {
    @Override
    public Instance create(int generation, InetAddress address, int port, MdnsRecord own)
        throws IOException {
      buildAttempts++;
      if (refuse) {
        throw new IOException("no such device");
      }
      FakeInstance instance = new FakeInstance(TxtCodec.encode(own), generation);
      instances.add(instance);
      return instance;
    }

    @Override
    public void bury(Instance instance) {
      ((FakeInstance) instance).buried = true;
    }

    @Override
    public int burials() {
      return burials;
    }
  }

  private final class FakeInstance implements Instance {
    private final List<Long> browsedMs = new ArrayList<>();
    private final List<Long> textSetMs = new ArrayList<>();
    private final List<String> resolved = new ArrayList<>();
    private final List<String> flushed = new ArrayList<>();
    private final int generation;
    private byte[] txt;
    private boolean alive = true;
    private boolean throwing;
    private boolean buried;

    FakeInstance(byte[] txt, int generation) {
      this.txt = txt;
      this.generation = generation;
    }

    @Override
    public void browse() {
      check();
      browsedMs.add(ms);
      if (!deaf) {
        slot.onNamed(nowNs(), generation, "own");
      }
    }

    @Override
    public void resolve(String serviceName, boolean again) {
      check();
      assertThat(again || !resolved.contains(serviceName)).as("kept only once").isTrue();
      resolved.add(serviceName);
    }

    @Override
    public void flush(String serviceName) {
      check();
      flushed.add(serviceName);
    }

    @Override
    public void setText(byte[] next) {
      check();
      txt = next;
      textSetMs.add(ms);
    }

    @Override
    public boolean isOwn(String serviceName) {
      return serviceName.equals("own");
    }

    @Override
    public boolean isAlive() {
      return alive;
    }

    @Override
    public void bury() {
      buried = true;
    }

    private void check() {
      assertThat(buried).as("nothing is asked of the dead").isFalse();
      if (throwing) {
        throw new IllegalStateException("This DNS is closed.");
      }
    }
  }
}
