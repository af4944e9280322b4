package io.limpet.rig.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.limpet.rig.MediumKind;
import io.limpet.rig.RigLauncher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every command of docs/quickstart.md, typed as it stands there, shows what stands there. */
@Tag("kernel")
@Tag("waits")
@Timeout(150)
class QuickstartTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Whoever looks too early looks again. */
  private static final Duration LOOKING = Duration.ofSeconds(15);

  /** What only looks: it may be typed again. */
  private static final Set<String> LOOKS =
      Set.of("peers", "links", "invitations", "sockets", "explain", "activities");

  /** People read so fast (Brysbaert 2019), and type 52 words of five keys (Dhakal et al. 2018). */
  private static final double WORDS_PER_MINUTE = 238;

  private static final double KEYS_PER_MINUTE = 5 * 52;

  private static final double FIVE_MINUTES = 5;

  private final Map<String, TerminalUnderTest> terminals = new LinkedHashMap<>();

  @Test
  void everyCommandDoesWhatThePageSaysWithinFiveMinutes(@TempDir Path home) throws Exception {
    assumeTrue(
        RigLauncher.choose().kind() != MediumKind.IN_PROCESS, "network namespaces take root");
    Page page = Page.read(ROOT.resolve("docs/quickstart.md"));
    assertThat(page.steps()).hasSizeGreaterThan(10);
    long startNs = System.nanoTime();
    try {
      Set<Long> rigs = new TreeSet<>();
      for (Page.Step step : page.steps()) {
        follow(step, home);
        rigs.addAll(terminals.values().iterator().next().started());
      }
      assertThat(rigs).isNotEmpty();
      double minutes = (System.nanoTime() - startNs) / 6e10;
      System.out.printf(
          "quickstart: %d words, %d keys, and %.0f s of waiting%n",
          page.words(), page.keys(), 60 * minutes);
      assertThat(page.words() / WORDS_PER_MINUTE + page.keys() / KEYS_PER_MINUTE + minutes)
          .as("minutes of reading, typing and waiting")
          .isLessThan(FIVE_MINUTES);
      await("the rig is gone")
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(namespacesOf(rigs)).isEmpty());
    } finally {
      for (TerminalUnderTest terminal : terminals.values()) {
        terminal.close();
      }
    }
  }

  private void follow(Page.Step step, Path home) throws IOException {
    TerminalUnderTest terminal = terminals.get(step.terminal());
    if (terminal == null) {
      terminal =
          new TerminalUnderTest(ROOT, Map.of("LIMPET_HOME", home.toString(), "LIMPET_BUILT", "1"));
      terminals.put(step.terminal(), terminal);
    }
    for (String command : step.commands()) {
      terminal.type(command);
    }
    try {
      if (step.shows().isEmpty()) {
        await().atMost(PATIENCE).until(terminal::isDone);
        assertThat(terminal.exitCode()).as("%s: %s", step, terminal.shown()).isZero();
      } else if (looks(step.commands())) {
        lookUntilItShows(step, terminal);
      } else {
        TerminalUnderTest at = terminal;
        await().atMost(PATIENCE).until(() -> at.shows(step.expected()));
      }
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(step + " showed:\n" + terminal.shown(), e);
    }
  }

  private static void lookUntilItShows(Page.Step step, TerminalUnderTest terminal)
      throws IOException {
    long deadlineNs = System.nanoTime() + LOOKING.toNanos();
    await().atMost(PATIENCE).until(terminal::isDone);
    while (!terminal.shows(step.expected())) {
      if (System.nanoTime() - deadlineNs > 0) {
        throw new AssertionError(step + " showed:\n" + terminal.shown());
      }
      terminal.type(step.commands().get(step.commands().size() - 1));
      await().atMost(PATIENCE).until(terminal::isDone);
    }
  }

  /** Says whether the last command only looks, so that it can be typed again. */
  private static boolean looks(List<String> commands) {
    if (commands.isEmpty()) {
      return false;
    }
    String[] words = commands.get(commands.size() - 1).split(" ", -1);
    return words[0].equals("limpet") && LOOKS.contains(words[1]);
  }

  /** Others may have rigs at the same time. */
  private static Set<String> namespacesOf(Set<Long> processes) throws IOException {
    Path all = Path.of("/run/netns");
    if (!Files.isDirectory(all)) {
      return Set.of();
    }
    try (Stream<Path> names = Files.list(all)) {
      return names
          .map(name -> name.getFileName().toString())
          .filter(
              name -> processes.stream().anyMatch(p -> name.startsWith("limpet-rig-" + p + "-")))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
