package io.limpet.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.limpet.presence.Laptops.Child;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The fence on real kernels: two namespaces and a cable, and what happens to cables. Each test has
 * laptops of its own and mostly waits, so they wait side by side.
 */
@Tag("kernel")
@Execution(ExecutionMode.CONCURRENT)
class MdnsBetweenLaptopsTest {
  @TempDir Path folder;

  private Laptops laptops;
  private String left;
  private String right;

  @BeforeEach
  void makeTwoLaptopsAndACable() throws IOException {
    assumeTrue(Laptops.available(), "network namespaces need root");
    laptops = new Laptops(folder);
    left = laptops.add("left");
    right = laptops.add("right");
    laptops.connect(left, "eth0", "10.77.0.1/24", right, "eth0", "10.77.0.2/24");
  }

  @AfterEach
  void takeThemAway() throws IOException {
    if (laptops != null) {
      laptops.close();
    }
  }

  @Test
  void twoNodesSeeEachOtherFollowChangesAndNoticeAGoodbye() throws Exception {
    Child elm = laptops.presence(left, "elm", 1);
    Child oak = laptops.presence(right, "oak", 2);
    awaitLine(elm, 0, "Online oak 00000002 ONLINE sources=[mdns] epoch=7 colours=#ff0000,#00ff80");
    awaitLine(oak, 0, "Online elm 00000001 ONLINE sources=[mdns]");
    assertThat(elm.lines())
        .as("no name server is asked: it may not answer")
        .noneMatch(line -> line.contains("name server"));

    oak.say("status at the river");
    oak.say("share pond tree");
    awaitLine(elm, 0, "status=at the river activities=[pond, tree]");

    int before = elm.lines().size();
    oak.say("quit");
    assertThat(oak.process().waitFor(10, TimeUnit.SECONDS)).as("exits: %s", oak).isTrue();
    assertThat(oak.process().exitValue()).isZero();
    awaitLine(elm, before, "Suspect oak");
    assertThat(elm.linesFrom(before)).noneMatch(line -> line.startsWith("Offline"));
  }

  @Test
  void aNodeIsFoundAgainAfterItsAddressItsLinkAndItsInterfaceWereChanged() throws Exception {
    Child elm = laptops.presence(left, "elm", 1);
    Child oak = laptops.presence(right, "oak", 2);
    awaitLine(elm, 0, "Online oak");
    awaitLine(oak, 0, "Online elm");

    laptops.in(left, "ip addr del 10.77.0.1/24 dev eth0");
    laptops.in(left, "ip addr add 10.77.0.11/24 dev eth0");
    seeEachOtherChange(elm, oak, "after another address");

    laptops.in(left, "ip link set eth0 down");
    elm.say("status said while the link was down");
    await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
    laptops.in(left, "ip link set eth0 up");
    seeEachOtherChange(elm, oak, "after link down and up");

    laptops.in(left, "ip link del eth0");
    await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
    laptops.connect(left, "eth0", "10.77.0.1/24", right, "eth0", "10.77.0.2/24");
    seeEachOtherChange(elm, oak, "after a new interface");

    assertThat(elm.lines()).noneMatch(line -> line.startsWith("Offline"));
    assertThat(oak.lines()).noneMatch(line -> line.startsWith("Offline"));
    elm.say("quit");
    oak.say("quit");
    assertThat(elm.process().waitFor(15, TimeUnit.SECONDS)).as("exits: %s", elm).isTrue();
    assertThat(oak.process().waitFor(15, TimeUnit.SECONDS)).as("exits: %s", oak).isTrue();
  }

  @Test
  void aNodeWhoseSendingFailedWithoutAnyNewsOfItsInterfaceIsFoundAgain() throws Exception {
    Child elm = laptops.presence(left, "elm", 1);
    Child oak = laptops.presence(right, "oak", 2);
    awaitLine(elm, 0, "Online oak");
    awaitLine(oak, 0, "Online elm");

    elm.say("blind"); // From now on its link tells nothing of interfaces and addresses.
    laptops.in(left, "ip link set eth0 down");
    elm.say("status said into a dead link"); // The kernel refuses: JmDNS dies of it.
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(elm.toString()).contains("is built anew"));
    laptops.in(left, "ip link set eth0 up");
    seeEachOtherChange(elm, oak, "after a failure that nobody announced");
    assertThat(oak.lines()).noneMatch(line -> line.startsWith("Offline"));
    elm.say("quit");
    assertThat(elm.process().waitFor(20, TimeUnit.SECONDS)).as("exits: %s", elm).isTrue();
  }

  /** RFC 6762, section 10.4. */
  @Test
  void whoIsDoubtedAnswersAndAGhostIsForgotten() throws Exception {
    Child elm = laptops.presence(left, "elm", 1);
    Child oak = laptops.presence(right, "oak", 2);
    awaitLine(elm, 0, "Online oak");
    int before = elm.lines().size();
    elm.say("doubt 2");
    awaitLine(elm, before, "Suspect oak");
    awaitLine(elm, before, "Online oak");

    oak.process().descendants().forEach(ProcessHandle::destroyForcibly);
    oak.process().destroyForcibly().waitFor();
    await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
    int ghost = elm.lines().size();
    await() // Nothing is doubted more often than every 30 s.
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofSeconds(2))
        .until(
            () -> {
              elm.say("doubt 2");
              return elm.toString().contains("was in doubt and did not answer");
            });
    awaitLine(elm, ghost, "Suspect oak");
  }

  @Test
  void whereManyFramesAreLostNodesFindEachOtherAndFollowChangesAllTheSame() throws Exception {
    laptops.lose(left, 30);
    laptops.lose(right, 30);
    Child elm = laptops.presence(left, "elm", 1);
    Child oak = laptops.presence(right, "oak", 2);
    awaitLine(elm, 0, "Online oak");
    awaitLine(oak, 0, "Online elm");
    seeEachOtherChange(elm, oak, "in spite of loss");
  }

  @Test
  void junkFillsNeitherMemoryNorLogAndNobodyIsOverlookedForIt() throws Exception {
    Child elm = laptops.presence(left, "elm", 1);
    Child oak = laptops.presence(right, "oak", 2);
    awaitLine(elm, 0, "Online oak");
    int threadsBefore = settledThreads(elm);
    for (int salvo = 0; salvo < 3; salvo++) {
      int before = oak.lines().size();
      oak.say("junk 2000");
      awaitLine(oak, before, "junk 2000");
    }
    laptops.presence(right, "ash", 3);
    awaitLine(elm, 0, "Online ash");
    seeEachOtherChange(elm, oak, "after junk");
    await()
        .atMost(Duration.ofSeconds(40))
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () -> {
              int[] usage = usage(elm);
              assertThat(usage[0]).as("threads: %s", elm).isLessThanOrEqualTo(threadsBefore + 1);
              assertThat(usage[1]).as("bytes in use").isLessThan(24 << 20);
            });
    assertThat(elm.errors().lines()).as("log").hasSizeLessThan(200);
    elm.say("people");
    awaitLine(elm, 0, "people 2");
  }

  /** Returns how many threads there are once both families are up: IPv6 comes seconds later. */
  private static int settledThreads(Child child) {
    int[] seen = new int[2];
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              int now = usage(child)[0];
              seen[1] = now == seen[0] ? seen[1] + 1 : 0;
              seen[0] = now;
              return seen[1] == 5;
            });
    return seen[0];
  }

  @Test
  void whereThereIsNoIpv4NodesSeeEachOtherByLinkLocalIpv6() throws Exception {
    laptops.in(left, "ip addr del 10.77.0.1/24 dev eth0");
    laptops.in(right, "ip addr del 10.77.0.2/24 dev eth0");
    Child elm = laptops.presence(left, "elm", 1);
    Child oak = laptops.presence(right, "oak", 2);
    awaitLine(elm, 0, "Online oak 00000002 ONLINE sources=[mdns]");
    awaitLine(oak, 0, "Online elm 00000001 ONLINE sources=[mdns]");
  }

  @Test
  void twoCablesMakeOnePersonAndEitherMayBeCut() throws Exception {
    laptops.connect(left, "eth1", "10.78.0.1/24", right, "eth1", "10.78.0.2/24");
    Child elm = laptops.presence(left, "elm", 1);
    Child oak = laptops.presence(right, "oak", 2);
    awaitLine(elm, 0, "Online oak");
    awaitLine(oak, 0, "Online elm");
    laptops.in(left, "ip link del eth0");
    seeEachOtherChange(elm, oak, "one cable is left");
    elm.say("people");
    awaitLine(elm, 0, "people 1");
    assertThat(elm.lines().stream().filter(line -> line.startsWith("Online oak"))).hasSize(1);
    assertThat(elm.lines()).noneMatch(line -> line.startsWith("Offline"));
  }

  @Test
  void twentyAddressesLaterThereAreAsManyThreadsAsBefore() throws Exception {
    Child elm = laptops.presence(left, "elm", 1);
    Child oak = laptops.presence(right, "oak", 2);
    awaitLine(elm, 0, "Online oak");
    awaitLine(oak, 0, "Online elm");
    int threadsBefore = usage(elm)[0];
    for (int i = 1; i <= 20; i++) {
      laptops.in(left, "ip addr flush dev eth0");
      laptops.in(left, "ip addr add 10.77.0." + (100 + i) + "/24 dev eth0");
      await().pollDelay(Duration.ofMillis(400)).until(() -> true); // Long enough to be noticed.
    }
    seeEachOtherChange(elm, oak, "after twenty addresses");
    await()
        .atMost(Duration.ofSeconds(40))
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () -> assertThat(usage(elm)[0]).as("%s", elm).isLessThanOrEqualTo(threadsBefore + 1));
    assertThat(usage(elm)[1]).as("bytes in use").isLessThan(24 << 20);
  }

  /** Returns the number of threads and the bytes in use. */
  private static int[] usage(Child child) {
    int before = child.lines().size();
    child.say("usage");
    awaitLine(child, before, "usage ");
    String[] words =
        child.linesFrom(before).stream()
            .filter(line -> line.startsWith("usage "))
            .findFirst()
            .orElseThrow()
            .split(" ", -1);
    return new int[] {Integer.parseInt(words[1]), Integer.parseInt(words[2])};
  }

  private static void seeEachOtherChange(Child elm, Child oak, String status) {
    elm.say("status elm " + status);
    oak.say("status oak " + status);
    awaitLine(oak, 0, "status=elm " + status);
    awaitLine(elm, 0, "status=oak " + status);
  }

  static void awaitLine(Child child, int from, String part) {
    await()
        .atMost(Duration.ofSeconds(45))
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted(
            () ->
                assertThat(child.linesFrom(from))
                    .as("%s", child)
                    .anyMatch(line -> line.contains(part)));
  }
}
