package io.limpet.presence.internal.mdns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.limpet.link.Bytes;
import io.limpet.presence.Samples;
import io.limpet.presence.internal.announce.TxtCodec;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.jmdns.JmDNS;
import javax.jmdns.impl.DNSTaskStarter;
import javax.jmdns.impl.JmDNSImpl;
import javax.jmdns.impl.constants.DNSConstants;
import org.junit.jupiter.api.Test;

/** JmDNS itself, on the loopback interface: how it lives, and that nothing of it is left. */
class JmdnsInstanceTest {
  private final ThreadGroup group = new ThreadGroup("jmdns under test");
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final Map<String, Bytes> resolved = new ConcurrentHashMap<>();

  @Test
  void aHealthyInstanceIsBuriedWithinItsGoodbyesAndLeavesNoThread() throws Exception {
    JmdnsInstance instance = create();
    assertThat(instance.isAlive()).isTrue();
    assertThat(DNSConstants.DNS_TTL).as("seconds; JmDNS by itself takes an hour").isEqualTo(120);
    assertThat(instance.isOwn("ME#00000001-beef")).isTrue();
    assertThat(group.activeCount()).isGreaterThanOrEqualTo(3);
    long start = System.nanoTime();
    inGroup(() -> bury(instance));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(6));
    assertThat(instance.isAlive()).isFalse();
    awaitNoThread();
  }

  @Test
  void anInstanceThatLostItsSocketIsSeenToBeDeadAndLeavesNoThread() throws Exception {
    JmdnsInstance instance = create();
    instance.closeSocket();
    await().atMost(Duration.ofSeconds(2)).until(() -> !instance.isAlive());
    inGroup(() -> bury(instance));
    awaitNoThread();
  }

  @Test
  void anInstanceThatTriedToRecoverLeavesNoThreadEither() throws Exception {
    JmdnsInstance instance = create();
    instance.closeSocket();
    await().atMost(Duration.ofSeconds(5)).until(() -> hasThread(".recover()"));
    inGroup(() -> bury(instance));
    awaitNoThread();
  }

  @Test
  void buryingTwiceHarmsNobody() throws Exception {
    JmdnsInstance instance = create();
    inGroup(() -> bury(instance));
    inGroup(() -> bury(instance));
    awaitNoThread();
  }

  /** RFC 6762, sections 8.1 and 8.3: three probes and an announcement within a second. */
  @Test
  void ourInstancesProbeAndAnnounceWithoutDelayAndOthersAreLeftAlone() throws Exception {
    JmdnsInstance ours = create();
    JmDNS theirs =
        inGroup(
            () -> JmDNS.create(InetAddress.getByAddress("app", new byte[] {127, 0, 0, 1}), "app"));
    DNSTaskStarter.Factory starters = DNSTaskStarter.Factory.getInstance();
    assertThat(starters.getStarter(ours.dns())).isInstanceOf(PromptStart.class);
    assertThat(starters.getStarter((JmDNSImpl) theirs))
        .isInstanceOf(DNSTaskStarter.DNSTaskStarterImpl.class);
    ours.dns().setThrottle(0);
    assertThat(scheduled(new PromptStart.PromptProber(ours.dns())::start))
        .as("after at most 250 ms, and then every")
        .matches("([0-9]{1,2}|1[0-9]{2}|2[0-4][0-9]|250)/250");
    assertThat(scheduled(new PromptStart.PromptAnnouncer(ours.dns())::start)).isEqualTo("250/1000");
    Thread closer = new Thread(group, () -> ours.bury(), "closer");
    closer.start();
    theirs.close();
    closer.join();
    awaitNoThread();
  }

  /** Somebody else was quicker: JmDNS takes another name and tells nobody, but both are there. */
  @Test
  void twoThatWantOneNameAreBothSeenEachWithItsOwnText() throws Exception {
    JmdnsInstance first = create();
    await("first").atMost(Duration.ofSeconds(10)).until(() -> !texts(1).isEmpty());
    JmdnsInstance second = create("limpet-00000002-cafe", 2);
    await("both, of either")
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              assertThat(texts(1)).as("%s", resolved).hasSize(1);
              assertThat(texts(2))
                  .as("%s", resolved)
                  .hasSize(1)
                  .doesNotContainAnyElementsOf(texts(1));
            });
    String taken = texts(2).iterator().next();
    assertThat(second.isOwn(taken)).isTrue();
    assertThat(first.isOwn(taken)).isFalse();
    Thread closer = new Thread(group, first::bury, "closer");
    closer.start();
    inGroup(() -> bury(second));
    closer.join();
    awaitNoThread();
  }

  /** Under which names this node's data was last seen. */
  private Set<String> texts(int number) {
    Bytes wanted = Bytes.of(TxtCodec.encode(Samples.claim(number, "me", 1)));
    return resolved.entrySet().stream()
        .filter(each -> each.getValue().equals(wanted))
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  private JmdnsInstance create() throws Exception {
    return create("limpet-00000001-beef", 1);
  }

  private JmdnsInstance create(String host, int number) throws Exception {
    return inGroup(
        () ->
            JmdnsInstance.create(
                LimpetService.KIND.type(),
                InetAddress.getByAddress(new byte[] {127, 0, 0, 1}),
                host,
                "me#00000001-beef",
                7464,
                TxtCodec.encode(Samples.claim(number, "me", 1)),
                new Instance.Listener() {
                  @Override
                  public void onNamed(String serviceName) {
                    heard.add(serviceName);
                  }

                  @Override
                  public void onResolved(String serviceName, ServiceKind.Resolved found) {
                    resolved.put(serviceName, found.txt());
                  }

                  @Override
                  public void onRemoved(String serviceName) {}
                }));
  }

  private static String scheduled(Consumer<Timer> starting) {
    StringBuilder said = new StringBuilder();
    Timer timer =
        new Timer(true) {
          @Override
          public void schedule(TimerTask task, long delayMs, long periodMs) {
            said.append(delayMs).append('/').append(periodMs);
          }
        };
    starting.accept(timer);
    timer.cancel();
    return said.toString();
  }

  private static Void bury(JmdnsInstance instance) throws IOException {
    instance.bury();
    return null;
  }

  private <T> T inGroup(Callable<T> work) throws Exception {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread = new Thread(group, task, "worker");
    thread.start();
    T result = task.get();
    thread.join();
    return result;
  }

  private boolean hasThread(String part) {
    return threads().stream().anyMatch(name -> name.contains(part));
  }

  private List<String> threads() {
    Thread[] threads = new Thread[64];
    int count = group.enumerate(threads);
    return java.util.Arrays.stream(threads, 0, count)
        .filter(Thread::isAlive)
        .map(Thread::getName)
        .toList();
  }

  private void awaitNoThread() {
    await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(() -> assertThat(threads()).as("heard %s", heard).isEmpty());
  }
}
