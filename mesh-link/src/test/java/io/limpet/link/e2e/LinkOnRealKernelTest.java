package io.limpet.link.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two nodes in two namespaces, on kernel sockets and kernel neighbour tables. */
@Tag("kernel")
@Timeout(120)
class LinkOnRealKernelTest {
  private static final String WRONG_MAC = "02:de:ad:00:00:01";

  private @Nullable TwoNamespaces net;

  @BeforeEach
  void build(@TempDir Path homes) throws IOException {
    assumeTrue(TwoNamespaces.isPossible(), "network namespaces need root and ip");
    net = new TwoNamespaces(homes);
  }

  @AfterEach
  void tearDown() throws IOException {
    if (net != null) {
      net.close();
    }
  }

  private TwoNamespaces net() {
    return Objects.requireNonNull(net);
  }

  private static void awaitUnicast(ChildNode... nodes) {
    await()
        .atMost(Duration.ofSeconds(40))
        .untilAsserted(
            () -> {
              for (ChildNode node : nodes) {
                assertThat(node.has("PathChanged", "UNICAST")).as(node.toString()).isTrue();
              }
            });
  }

  @Test
  void aBlackHoleOfUnicastIsBridgedByMulticastAndLeftAgain() throws IOException {
    ChildNode anna = net().startA(false);
    ChildNode bert = net().startB(false);
    awaitUnicast(anna, bert);
    anna.tell("stream 2000 10");
    await().atMost(Duration.ofSeconds(10)).until(() -> bert.all("got").size() > 100);

    long broken = System.currentTimeMillis();
    net().setNeighbourOfA(WRONG_MAC, "permanent");
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () ->
                assertThat(anna.since(broken, "PathChanged", "MULTICAST"))
                    .as(anna.toString())
                    .isNotEmpty());
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> bert.all("got").stream().anyMatch(l -> l.atMs() > broken + 2_000));
    long longestGap = longestGap(bert, broken - 500, broken + 2_000);
    assertThat(longestGap).as("longest gap in ms").isLessThan(500);

    long healed = System.currentTimeMillis(); // it may be noticed before the command has returned
    net().deleteNeighbourOfA();
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () ->
                assertThat(anna.since(healed, "PathChanged", "UNICAST"))
                    .as(anna.toString())
                    .isNotEmpty());
    long tookMs = anna.since(healed, "PathChanged", "UNICAST").get(0).atMs() - healed;
    assertThat(tookMs).as("back to unicast after ms").isLessThan(2_000);
    List<Integer> numbers = bert.all("got").stream().map(ChildNode.Line::number).toList();
    assertThat(numbers).doesNotHaveDuplicates();
    assertThat(anna.all("RepairSucceeded")).as(anna.toString()).isNotEmpty();
    assertThat(bert.all("LinkDiagnosed"))
        .as(bert.toString())
        .anySatisfy(line -> assertThat(line.text()).contains("ASYMMETRIC"));
    assertThat(anna.all("InterfaceDiagnosed")).as("the kernel loops our hellos back").isEmpty();
  }

  private static long longestGap(ChildNode node, long fromMs, long toMs) {
    long previous = fromMs;
    long longest = 0;
    for (ChildNode.Line line : node.all("got")) {
      if (line.atMs() > fromMs && line.atMs() < toMs) {
        longest = Math.max(longest, line.atMs() - previous);
        previous = line.atMs();
      }
    }
    return Math.max(longest, toMs - previous);
  }

  @ParameterizedTest
  @CsvSource({"true, 3000", "false, 4000"})
  void aWrongMacThatTheKernelBelievesIsRepaired(boolean privileged, long withinMs)
      throws IOException {
    ChildNode anna = net().startA(privileged);
    ChildNode bert = net().startB(privileged);
    awaitUnicast(anna, bert);
    anna.tell("stream 2000 10");
    await().atMost(Duration.ofSeconds(10)).until(() -> bert.all("got").size() > 100);

    long broken = System.currentTimeMillis();
    net().setNeighbourOfA(WRONG_MAC, "reachable");
    await()
        .atMost(Duration.ofMillis(withinMs + 1_000))
        .untilAsserted(
            () ->
                assertThat(anna.since(broken, "RepairSucceeded", ""))
                    .as(anna.toString())
                    .isNotEmpty());
    assertThat(anna.since(broken, "RepairSucceeded", "").get(0).atMs() - broken)
        .isLessThan(withinMs);
    assertThat(anna.since(broken, "RepairStarted", "NEIGHBOUR_STALE")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void aNewMacOfOurOwnReachesThePeersTables(boolean privileged) throws IOException {
    ChildNode anna = net().startA(privileged);
    ChildNode bert = net().startB(privileged);
    awaitUnicast(anna, bert);
    anna.tell("stream 2000 10");
    await().atMost(Duration.ofSeconds(10)).until(() -> bert.all("got").size() > 100);

    net().changeMacOfB("02:00:00:00:0b:0b");
    long changed = System.currentTimeMillis();
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () ->
                assertThat(longestGap(bert, changed + 1_500, changed + 3_500))
                    .as(anna.toString())
                    .isLessThan(300));
    await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(
            () -> {
              anna.tell("peers");
              List<ChildNode.Line> peers = anna.all("peer");
              assertThat(peers).isNotEmpty();
              assertThat(peers.get(peers.size() - 1).text()).contains("\"path\":\"UNICAST\"");
            });
  }

  @Test
  void aMachineThatDropsMulticastBlamesItselfAndNotItsPeers() throws IOException {
    assumeTrue(TwoNamespaces.canFilter(), "a packet filter needs nft");
    ChildNode anna = net().startA(false);
    ChildNode bert = net().startB(false);
    awaitUnicast(anna, bert);
    net().setDeafnessOfA(true);
    await()
        .atMost(Duration.ofSeconds(40))
        .untilAsserted(
            () ->
                assertThat(anna.all("InterfaceDiagnosed"))
                    .as(anna.toString())
                    .anySatisfy(line -> assertThat(line.text()).contains("to=SELF_DEAF")));
    assertThat(bert.all("InterfaceDiagnosed")).as(bert.toString()).isEmpty();
    assertThat(anna.all("LinkDiagnosed"))
        .noneSatisfy(line -> assertThat(line.text()).contains("to=MULTICAST_DEAD"));

    net().setDeafnessOfA(false);
    await()
        .atMost(Duration.ofSeconds(40))
        .untilAsserted(
            () ->
                assertThat(anna.all("InterfaceDiagnosed"))
                    .as(anna.toString())
                    .last()
                    .satisfies(line -> assertThat(line.text()).contains("to=NONE")));
  }

  @Test
  void whatIsSaidToAGroupIsHeardOnceOverTheKernelsMulticast() throws IOException {
    ChildNode anna = net().startA(false);
    ChildNode bert = net().startB(false);
    awaitUnicast(anna, bert);
    anna.tell("group");
    bert.tell("group");
    anna.tell("say 50 5");
    await().atMost(Duration.ofSeconds(20)).until(() -> bert.all("said").size() >= 50);
    assertThat(bert.all("said")).extracting(ChildNode.Line::number).doesNotHaveDuplicates();
    assertThat(anna.all("said")).as("one's own words").isEmpty();
    assertThat(anna.all("outcome")).extracting(ChildNode.Line::is).containsOnly("SENT");
  }

  @Test
  void aNodeThatLeavesSaysGoodbye() throws IOException {
    ChildNode anna = net().startA(false);
    ChildNode bert = net().startB(false);
    awaitUnicast(anna, bert);
    bert.close();
    await().atMost(Duration.ofSeconds(5)).until(() -> !anna.all("PeerGoodbye").isEmpty());
  }
}
