package io.limpet.node.internal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RotatingFileTest {
  @TempDir Path folder;

  @Test
  void theDiskHoldsTheNewestLinesAndNoMoreThanAllowed() throws IOException {
    Path path = folder.resolve("sub").resolve("log.jsonl");
    try (RotatingFile file = new RotatingFile(path, 1000, 3)) {
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
    try (RotatingFile file = new RotatingFile(path, 1000, 1)) {
      file.write("before");
    }
    try (RotatingFile file = new RotatingFile(path, 1000, 1)) {
      file.write("after");
    }
    assertThat(Files.readAllLines(path)).containsExactly("before", "after");
  }
}
