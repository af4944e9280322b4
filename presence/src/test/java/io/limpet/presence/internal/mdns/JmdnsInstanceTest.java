package io.limpet.presence.internal.mdns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.limpet.presence.Samples;
import io.limpet.presence.internal.announce.TxtCodec;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** JmDNS itself, on the loopback interface: how it lives, and that nothing of it is left. */
class JmdnsInstanceTest {
  private final ThreadGroup group = new ThreadGroup("jmdns under test");
  private final List<String> heard = new CopyOnWriteArrayList<>();

  @Test
  void aHealthyInstanceIsBuriedWithinItsGoodbyesAndLeavesNoThread() throws Exception {
    JmdnsInstance instance = create();
    assertThat(instance.isAlive()).isTrue();
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

  private JmdnsInstance create() throws Exception {
    return inGroup(
        () ->
            JmdnsInstance.create(
                LimpetService.KIND.type(),
                InetAddress.getByAddress(new byte[] {127, 0, 0, 1}),
                "limpet-00000001-beef",
                "me#00000001-beef",
                7464,
                TxtCodec.encode(Samples.claim(1, "me", 1)),
                new Instance.Listener() {
                  @Override
                  public void onNamed(String serviceName) {
                    heard.add(serviceName);
                  }

                  @Override
                  public void onResolved(String serviceName, ServiceKind.Resolved found) {}

                  @Override
                  public void onRemoved(String serviceName) {}
                }));
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
