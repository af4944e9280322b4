package io.limpet.link.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node of an ordinary user, and the daemon that does for it what it may not. */
@Tag("kernel")
@Timeout(180)
class RepairThroughLinkdTest {
  private static final String WRONG_MAC = "02:de:ad:00:00:01";
  private static final Duration SOON = Duration.ofSeconds(20);

  private @Nullable TwoNamespaces net;
  private @Nullable Path folder;
  private @Nullable Process daemon;

  @BeforeEach
  void build(@TempDir Path homes) throws IOException {
    assumeTrue(TwoNamespaces.isPossible(), "network namespaces need root and ip");
    net = new TwoNamespaces(homes);
    folder = Files.createTempDirectory(Path.of("/run"), "limpet-e2e");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @AfterEach
  void tearDown() throws Exception {
    if (net != null) {
      net.close();
    }
    killDaemon();
    if (folder != null) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
  }

  private TwoNamespaces net() {
    return Objects.requireNonNull(net);
  }

  private Path socket() {
    return Objects.requireNonNull(folder).resolve("linkd.sock");
  }

  private void startDaemon(String... hook) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "ip",
                "netns",
                "exec",
                net().namespaceA,
                System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "io.limpet.link.internal.os.platform.DaemonMain",
                socket().toString(),
                net().deviceA,
                Integer.toString(TwoNamespaces.NOBODY)));
    command.addAll(List.of(hook));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    daemon = process;
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = out.readLine();
    while (line != null && !line.equals("ready")) {
      assertThat(line).doesNotStartWith("failed");
      line = out.readLine();
    }
    Thread reader = new Thread(() -> out.lines().forEach(said -> {}), "daemon output");
    reader.setDaemon(true);
    reader.start();
  }

  private void killDaemon() throws InterruptedException {
    Process running = daemon;
    daemon = null;
    if (running != null) {
      running.destroyForcibly();
      assertThat(running.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  private ChildNode connected() throws IOException {
    ChildNode anna = net().startAUnprivileged(socket());
    ChildNode bert = net().startB(false);
    await()
        .atMost(Duration.ofSeconds(40))
        .untilAsserted(
            () -> {
              assertThat(anna.has("PathChanged", "UNICAST")).as(anna.toString()).isTrue();
              assertThat(bert.has("PathChanged", "UNICAST")).as(bert.toString()).isTrue();
            });
    anna.tell("stream 20000 10");
    await().atMost(SOON).until(() -> bert.all("got").size() > 100);
    return anna;
  }

  /** Breaks A's entry; returns how long it stayed broken, in milliseconds. */
  private long breakAndAwaitRepair(ChildNode anna) throws IOException {
    long since = System.currentTimeMillis();
    net().setNeighbourOfA(WRONG_MAC, "reachable");
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(20))
        .untilAsserted(
            () -> assertThat(net().neighbourOfA()).as(anna.toString()).doesNotContain(WRONG_MAC));
    long tookMs = System.currentTimeMillis() - since;
    await()
        .atMost(SOON)
        .until(() -> anna.all("RepairSucceeded").stream().anyMatch(line -> line.atMs() >= since));
    return tookMs;
  }

  private static boolean wasDoneByLinkd(ChildNode anna, long sinceMs) {
    return outcomes(anna, sinceMs, "replace-entry").containsAll(List.of("asked linkd", "done"));
  }

  private static List<String> outcomes(ChildNode node, long sinceMs, String step) {
    return node.since(sinceMs, "RepairStep", step).stream()
        .map(line -> line.text().replaceAll(".*outcome=([^,]*),.*", "$1"))
        .toList();
  }

  @Test
  void aWrongReachableEntryIsRightAfterTwoSecondsWithoutPrivilegesOfTheNode() throws IOException {
    startDaemon();
    ChildNode anna = connected();
    long since = System.currentTimeMillis();
    long tookMs = breakAndAwaitRepair(anna);
    System.out.println("wrong entry, REACHABLE, repaired through linkd after ms: " + tookMs);
    assertThat(tookMs).as(anna.toString()).isLessThan(2_000);
    assertThat(wasDoneByLinkd(anna, since)).as(anna.toString()).isTrue();
  }

  @Test
  void theNodeDoesWithoutTheDaemonWhileItIsGoneAndFindsTheNextOne() throws Exception {
    startDaemon();
    ChildNode anna = connected();
    killDaemon();
    long gone = System.currentTimeMillis();
    breakAndAwaitRepair(anna);
    assertThat(outcomes(anna, gone, "replace-entry")).doesNotContain("done");

    startDaemon();
    long back = System.currentTimeMillis();
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              breakAndAwaitRepair(anna);
              assertThat(wasDoneByLinkd(anna, back)).as(anna.toString()).isTrue();
            });
  }

  @Test
  void theSiteHookOfTheDaemonCuresWhatNothingElseDoes() throws IOException {
    net().insertBridge();
    startDaemon(
        bridge()
            + " -n "
            + net().namespaceC
            + " fdb del {mac} dev "
            + TwoNamespaces.SINK
            + " master");
    ChildNode anna = connected();
    long since = System.currentTimeMillis();
    net().blackHoleInTheBridge();
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(outcomes(anna, since, "site-hook"))
                    .as(anna.toString())
                    .contains("asked linkd", "exit 0"));
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(anna.all("RepairSucceeded"))
                    .as(anna.toString())
                    .anyMatch(line -> line.atMs() >= since));
    assertThat(anna.since(since, "RepairStarted", "UNICAST_BLACKHOLE")).isNotEmpty();
  }

  private static Path bridge() throws IOException {
    for (String folder : List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin")) {
      Path candidate = Path.of(folder, "bridge");
      if (Files.isExecutable(candidate)) {
        return candidate.toRealPath();
      }
    }
    throw new IOException("there is no bridge command: install iproute2");
  }
}
