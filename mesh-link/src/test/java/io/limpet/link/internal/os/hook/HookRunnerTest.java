package io.limpet.link.internal.os.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import io.limpet.link.SiteHook;
import io.limpet.link.internal.os.LinkControl.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real processes. */
class HookRunnerTest {
  private static final Bytes MAC = Bytes.of(new byte[] {2, 0, 0, 0, 0, (byte) 0xab});
  private static final MeshAddress PEER = new MeshAddress(0x2001_0020_0000_0000L, 1);
  private static final long SECOND_NS = 1_000_000_000L;

  private final ExecutorService loop = Executors.newSingleThreadExecutor();
  private final AtomicInteger news = new AtomicInteger();
  @TempDir private Path folder;

  @BeforeEach
  void needsAShell() {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "there is no /bin/sh to be the hook");
  }

  @AfterEach
  void stops() {
    loop.shutdownNow();
  }

  private HookRunner runner(SiteHook hook) {
    return new HookRunner(hook, loop, news::incrementAndGet);
  }

  private static InetAddress ip(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private Outcome start(HookRunner runner, long nowNs) throws Exception {
    return loop.submit(() -> runner.run(nowNs, "wlan0", MAC, ip("10.0.0.2"), PEER)).get();
  }

  private static Outcome end(Outcome started) throws Exception {
    return Objects.requireNonNull(started.later()).toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Test
  void placeholdersAreReplacedAndTheFirstLineIsKept() throws Exception {
    Outcome outcome =
        end(start(runner(SiteHook.parse("/bin/echo {interface} {mac} a{ip}b {peer}")), 0));
    assertThat(outcome.done()).isTrue();
    assertThat(outcome.word()).isEqualTo("exit 0");
    assertThat(outcome.detail()).isEqualTo("/bin/echo: wlan0 02:00:00:00:00:ab a10.0.0.2b " + PEER);
    await().until(() -> news.get() == 1);
  }

  @Test
  void anExitCodeOtherThanZeroIsNoSuccess() throws Exception {
    Outcome outcome =
        end(start(runner(SiteHook.parse("/bin/sh -c 'echo no >&2; echo more; exit 3'")), 0));
    assertThat(outcome.done()).isFalse();
    assertThat(outcome.word()).isEqualTo("exit 3");
    assertThat(outcome.detail()).isEqualTo("/bin/sh: no");
  }

  @Test
  void aProgramThatIsNotThereIsSaidAndTheRunnerGoesOn() throws Exception {
    HookRunner runner = runner(SiteHook.parse("/nowhere/iw"));
    assertThat(end(start(runner, 0)).word()).isEqualTo("not started");
    assertThat(end(start(runner, 3 * SECOND_NS)).word()).isEqualTo("not started");
  }

  @Test
  void whatTakesTooLongIsKilledWithWhatItStarted() throws Exception {
    Path alive = folder.resolve("alive");
    String script = "echo $$ > " + alive + "; sleep 1000 & sleep 1000";
    SiteHook hook = new SiteHook(List.of("/bin/sh", "-c", script), Duration.ofMillis(400));
    long before = System.nanoTime();
    Outcome outcome = end(start(runner(hook), 0));
    assertThat(outcome.word()).isEqualTo("timed out");
    assertThat(outcome.detail()).startsWith("killed after 400 ms");
    assertThat(System.nanoTime() - before).isLessThan(10 * SECOND_NS);
    long pid = Long.parseLong(Files.readString(alive).strip());
    await().until(() -> ProcessHandle.of(pid).map(handle -> !handle.isAlive()).orElse(true));
    assertThat(sleepers()).isEmpty();
  }

  private List<ProcessHandle> sleepers() {
    return ProcessHandle.current()
        .descendants()
        .filter(handle -> handle.info().commandLine().orElse("").contains("sleep 1000"))
        .filter(ProcessHandle::isAlive)
        .toList();
  }

  @Test
  void aChildThatKeepsThePipeOpenDoesNotHoldTheRunner() throws Exception {
    SiteHook hook =
        SiteHook.parse("/bin/sh -c 'sleep 3 & echo $!; exit 0'")
            .withTimeout(Duration.ofSeconds(60));
    long before = System.nanoTime();
    Outcome outcome = end(start(runner(hook), 0));
    assertThat(outcome.word()).isEqualTo("exit 0");
    assertThat(System.nanoTime() - before).isLessThan(2 * SECOND_NS);
    long child = Long.parseLong(outcome.detail().replaceAll("\\D+", ""));
    ProcessHandle.of(child).ifPresent(ProcessHandle::destroyForcibly);
  }

  @Test
  void moreOutputThanAnybodyWantsNeitherBlocksItNorIsKept() throws Exception {
    SiteHook hook = SiteHook.parse("/bin/sh -c 'head -c 3000000 /dev/zero | tr \"\\0\" x'");
    Outcome outcome = end(start(runner(hook.withTimeout(Duration.ofSeconds(30))), 0));
    assertThat(outcome.word()).isEqualTo("exit 0");
    assertThat(outcome.detail().length()).isLessThan(200);
  }

  @Test
  void controlCharactersOfTheOutputReachNoTerminal() throws Exception {
    Outcome outcome =
        end(start(runner(SiteHook.parse("/bin/sh -c 'printf \"a\\033[2Jb\\tc\"'")), 0));
    assertThat(outcome.detail()).isEqualTo("/bin/sh: a [2Jb c");
  }

  @Test
  void oneRunsAtATimeAndNotTooOften() throws Exception {
    HookRunner runner = runner(SiteHook.parse("/bin/sh -c 'read x < " + fifo() + "'"));
    Outcome first = start(runner, 0);
    Outcome second = start(runner, 60 * SECOND_NS);
    assertThat(second.done()).isFalse();
    assertThat(second.word()).isEqualTo("busy");
    Files.writeString(folder.resolve("fifo"), "go\n");
    assertThat(end(first).word()).isEqualTo("exit 0");
    assertThat(start(runner, SECOND_NS).word()).isEqualTo("busy");
    Outcome third = start(runner, 3 * SECOND_NS);
    assertThat(third.word()).isEqualTo("started");
    Files.writeString(folder.resolve("fifo"), "go\n");
    end(third);
  }

  private Path fifo() throws IOException, InterruptedException {
    Path fifo = folder.resolve("fifo");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    return fifo;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-rf", "a b", "a;b", "$(x)", "../x", "a/b", "", "x\ny", "0123456789abcdef"})
  void aHostileNameOfAnInterfaceNeverReachesACommand(String name) throws Exception {
    HookRunner runner = runner(SiteHook.parse("/bin/echo {interface}"));
    Outcome outcome = loop.submit(() -> runner.run(0, name, MAC, ip("10.0.0.2"), PEER)).get();
    assertThat(outcome.done()).isFalse();
    assertThat(outcome.later()).isNull();
  }

  @Test
  void valuesStayInTheirWord() throws Exception {
    HookRunner runner = runner(SiteHook.parse("/bin/sh -c 'echo $#' x {interface} \"{mac} {ip}\""));
    assertThat(end(start(runner, 0)).detail()).isEqualTo("/bin/sh: 2");
  }

  @Test
  void aScopeIsNoPartOfAnAddress() throws Exception {
    HookRunner runner = runner(SiteHook.parse("/bin/echo {ip}"));
    InetAddress scoped = java.net.Inet6Address.getByAddress(null, ip("fe80::1").getAddress(), 1);
    Outcome started = loop.submit(() -> runner.run(0, "wlan0", MAC, scoped, PEER)).get();
    assertThat(end(started).detail()).isEqualTo("/bin/echo: fe80:0:0:0:0:0:0:1");
  }

  @Test
  void closingKillsWhatRuns() throws Exception {
    HookRunner runner = runner(SiteHook.parse("/bin/sleep 1000"));
    Outcome started = start(runner, 0);
    await().until(() -> !sleepers().isEmpty());
    runner.close();
    await().until(() -> sleepers().isEmpty());
    assertThat(Objects.requireNonNull(started.later()).toCompletableFuture()).isNotCompleted();
  }
}
