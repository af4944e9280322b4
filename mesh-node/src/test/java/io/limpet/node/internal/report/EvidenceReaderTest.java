package io.limpet.node.internal.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limpet.node.NodeException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody sends may be damaged, and may be meant to do harm. */
class EvidenceReaderTest {
  private static final String LINE =
      "{\"time\":\"2026-03-01T12:00:00Z\",\"event\":\"node.resumed\",\"suspendedMs\":7}\n";
  private static final String MANIFEST =
      "{\"format\":1,\"name\":\"oak\",\"address\":\"2001:20::1\",\"missing\":{\"x\":\"why\"}}";

  @TempDir Path folder;

  private Path zip(Map<String, String> files) throws IOException {
    Path file = folder.resolve("bundle.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, String> entry : files.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
      }
    }
    return file;
  }

  private static Map<String, String> bundle() {
    Map<String, String> files = new TreeMap<>();
    files.put("manifest.json", MANIFEST);
    files.put("journal/journal.jsonl", LINE);
    return files;
  }

  private static void refused(Path file, String why) {
    assertThatThrownBy(() -> EvidenceReader.read(file))
        .isInstanceOf(NodeException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(why)
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
  }

  @Test
  void aBundleIsReadWithWhatItLacks() throws Exception {
    LaptopLog log = EvidenceReader.read(zip(bundle()));
    assertThat(log.name()).isEqualTo("oak");
    assertThat(log.moments()).hasSize(1);
    assertThat(log.notes()).containsExactly("without x: why");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../evil.json",
        "/etc/passwd",
        "a/../../b.json",
        "a/./b.json",
        "C:\\x.json",
        "a\nb.json",
        ".hidden",
        "a/b/c/d/e/f.json",
        "journal/<script>"
      })
  void namesThatAreNotOursAreRefused(String name) throws IOException {
    Map<String, String> files = bundle();
    files.put(name, "{}");
    refused(zip(files), "is no bundle");
  }

  private Path zeros(int files, int megabytesEach) throws IOException {
    Path file = folder.resolve("bomb.zip");
    byte[] zeros = new byte[1 << 20];
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (int i = 0; i < files; i++) {
        zip.putNextEntry(new ZipEntry("journal/journal.jsonl." + i));
        for (int j = 0; j < megabytesEach; j++) {
          zip.write(zeros);
        }
        zip.closeEntry();
      }
    }
    return file;
  }

  @Test
  void aBombIsRefusedBeforeItGoesOff() throws IOException {
    Path one = zeros(1, 80);
    assertThat(Files.size(one)).isLessThan(1 << 20);
    refused(one, "larger than 73728 kB");
  }

  @Test
  void manySmallOnesAreABombAsWell() throws IOException {
    Path many = zeros(6, 1);
    assertThatThrownBy(
            () -> EvidenceReader.read(many, new EvidenceReader.Limits(2 << 20, 5 << 20), Map.of()))
        .isInstanceOf(NodeException.class)
        .hasMessageContaining("larger than 5120 kB");
  }

  @Test
  void tooManyFilesAreRefused() throws IOException {
    Map<String, String> files = bundle();
    for (int i = 0; i < 256; i++) {
      files.put("x/" + i, "");
    }
    refused(zip(files), "too many files");
  }

  @Test
  void otherArchivesAndDamagedOnesAreRefused() throws IOException {
    refused(zip(Map.of("journal/journal.jsonl", LINE)), "no manifest.json");
    Path whole = zip(bundle());
    byte[] bytes = Files.readAllBytes(whole);
    bytes[45] ^= 0x55;
    Files.write(whole, bytes);
    assertThatThrownBy(() -> EvidenceReader.read(whole)).isInstanceOf(NodeException.class);
    Files.write(whole, Arrays.copyOf(bytes, 60));
    assertThatThrownBy(() -> EvidenceReader.read(whole)).isInstanceOf(NodeException.class);
    refused(folder.resolve("nowhere"), "there is no");
    refused(folder, "no journal");
    Path empty = Files.createFile(folder.resolve("empty.jsonl"));
    refused(empty, "no line of a journal");
  }

  @Test
  void linesThatAreNoneOfOursAreCounted() throws Exception {
    Path journal = folder.resolve("j.jsonl");
    try (OutputStream out = Files.newOutputStream(journal)) {
      out.write(LINE.getBytes(StandardCharsets.UTF_8));
      byte[] block = new byte[1 << 16];
      Arrays.fill(block, (byte) '[');
      for (int i = 0; i < 64; i++) {
        out.write(block);
      }
      out.write(("\n{\"time\":\"x\"}\n\0\n" + LINE.strip()).getBytes(StandardCharsets.UTF_8));
    }
    LaptopLog log = EvidenceReader.read(journal);
    assertThat(log.moments()).hasSize(2);
    assertThat(log.notes())
        .containsExactly("3 lines of the journal are damaged or of another version");
  }
}
