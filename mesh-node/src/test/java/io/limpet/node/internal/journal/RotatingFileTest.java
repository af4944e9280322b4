package io.limpet.node.internal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RotatingFileTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir Path folder;

  private static RotatingFile file(Path path, int oldFiles, Duration maxAge, Instant now) {
    return new RotatingFile(
        path, new RotatingFile.Limits(1000, oldFiles, maxAge), Clock.fixed(now, ZoneOffset.UTC));
  }

  /** One node after the other, each of which writes one line and ends. */
  private List<String> written(Duration maxAge, Duration... after) throws IOException {
    Path path = folder.resolve("log.jsonl");
    for (Duration since : after) {
      Instant now = NOW.plus(since);
      try (RotatingFile file = file(path, 7, maxAge, now)) {
        file.setHeader(() -> "{\"time\":\"" + now + "\",\"event\":\"journal.opened\"}");
        file.write("{\"time\":\"" + now + "\",\"event\":\"x\"}");
      }
      Files.setLastModifiedTime(path, FileTime.from(now));
    }
    List<String> names = new ArrayList<>();
    try (Stream<Path> found = Files.list(folder)) {
      found.map(file -> file.getFileName().toString()).sorted().forEach(names::add);
    }
    return names;
  }

  @Test
  void aFileThatIsContinuedDayByDayIsRotatedByTheAgeOfItsFirstLine() throws IOException {
    Duration[] days =
        Stream.iterate(0, d -> d + 1).limit(8).map(Duration::ofDays).toArray(Duration[]::new);
    // An eighth of the age in each file: days 0 to 3, and 4 to 7.
    assertThat(written(Duration.ofDays(24), days)).containsExactly("log.jsonl", "log.jsonl.1");
    assertThat(Files.readAllLines(folder.resolve("log.jsonl.1")))
        .filteredOn(line -> line.contains("\"x\""))
        .hasSize(4);
  }

  @Test
  void noLineIsKeptLongerThanAllowed() throws IOException {
    Duration[] months =
        Stream.iterate(0, d -> d + 25).limit(4).map(Duration::ofDays).toArray(Duration[]::new);
    assertThat(written(Duration.ofDays(24), months)).containsExactly("log.jsonl");
    assertThat(Files.readString(folder.resolve("log.jsonl"))).doesNotContain("2026-03-01");
  }

  @Test
  void whatAClockWroteThatWasNotSetIsOfUnknownAge() throws IOException {
    assertThat(written(Duration.ofDays(24), Duration.ofDays(-365 * 50), Duration.ZERO))
        .containsExactly("log.jsonl", "log.jsonl.1");
  }

  @Test
  void everyFileBeginsWithTheHeader() throws IOException {
    Path path = folder.resolve("log.jsonl");
    try (RotatingFile file = file(path, 3, null, NOW)) {
      file.setHeader(() -> "header");
      for (int i = 0; i < 900; i++) {
        file.write("line " + i);
      }
    }
    try (RotatingFile file = file(path, 3, null, NOW)) {
      file.setHeader(() -> "header");
      file.write("again");
    }
    try (Stream<Path> found = Files.list(folder)) {
      assertThat(found.toList())
          .hasSize(4)
          .allSatisfy(file -> assertThat(Files.readAllLines(file)).first().isEqualTo("header"));
    }
    assertThat(Files.readAllLines(path)).endsWith("line 899", "header", "again");
  }

  @Test
  void theDiskHoldsTheNewestLinesAndNoMoreThanAllowed() throws IOException {
    Path path = folder.resolve("sub").resolve("log.jsonl");
    try (RotatingFile file = file(path, 3, null, NOW)) {
      for (int i = 0; i < 1000; i++) {
        file.write("line " + i);
      }
    }
    List<Path> files;
    try (Stream<Path> found = Files.list(path.getParent())) {
      files =
          found
              .sorted(Comparator.comparing((Path p) -> p.getFileName().toString()).reversed())
              .toList();
    }
    assertThat(files).hasSize(4);
    List<String> lines = new ArrayList<>();
    for (Path file : files) {
      assertThat(Files.size(file)).isLessThanOrEqualTo(1000);
      lines.addAll(Files.readAllLines(file));
    }
    assertThat(lines).last().isEqualTo("line 999");
    for (int i = 0; i < lines.size(); i++) {
      assertThat(lines.get(i)).isEqualTo("line " + (1000 - lines.size() + i));
    }
  }

  @Test
  void aFileThatExistsIsContinued() throws IOException {
    Path path = folder.resolve("log.jsonl");
    try (RotatingFile file = file(path, 1, null, NOW)) {
      file.write("before");
    }
    try (RotatingFile file = file(path, 1, null, NOW)) {
      file.write("after");
    }
    assertThat(Files.readAllLines(path)).containsExactly("before", "after");
  }
}
