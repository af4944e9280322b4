package io.limpet.node.internal.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.limpet.node.internal.privacy.Pseudonyms;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes an archive, readable for its owner alone, and without names and addresses where that is
 * asked for: whatever is added goes through the pseudonyms. Blocking; not thread-safe.
 */
public final class BundleWriter implements AutoCloseable {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** Whoever wrote a longer line was not the journal. */
  static final int MOST_LINE_CHARS = 64 << 10;

  private final @Nullable Pseudonyms pseudonyms;
  private final ZipOutputStream zip;
  private final List<String> files = new ArrayList<>();

  /**
   * Makes an archive.
   *
   * @param file must not exist
   * @param pseudonyms what takes the place of names and addresses, or null
   */
  public BundleWriter(Path file, @Nullable Pseudonyms pseudonyms) throws IOException {
    this.pseudonyms = pseudonyms;
    this.zip =
        new ZipOutputStream(
            Channels.newOutputStream(
                FileChannel.open(
                    file,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(
                        PosixFilePermissions.fromString("rw-------")))),
            UTF_8);
  }

  /** Returns the names of what was added. */
  public List<String> files() {
    return List.copyOf(files);
  }

  /** Adds an answer. */
  public void json(String name, JsonNode answer) throws IOException {
    JsonNode hidden = answer.deepCopy();
    if (pseudonyms != null) {
      hidden = pseudonyms.hide(hidden);
    }
    add(name, MAPPER.writeValueAsBytes(hidden));
  }

  /** Adds what a program or the kernel printed. */
  public void text(String name, String text) throws IOException {
    add(name, (pseudonyms == null ? text : pseudonyms.hide(text)).getBytes(UTF_8));
  }

  /** Adds a capture as it is: not for an archive without addresses. */
  public void trace(Path file) throws IOException {
    if (pseudonyms != null) {
      throw new IllegalStateException("a capture is made of addresses");
    }
    begin(Bundle.TRACE);
    try (InputStream in = Files.newInputStream(file)) {
      in.transferTo(zip);
    }
    zip.closeEntry();
  }

  /**
   * Adds a file of the journal.
   *
   * @return how many lines were left out because they are damaged and may hold anything
   */
  public int journal(Path file) throws IOException {
    begin(Bundle.JOURNAL + file.getFileName());
    int[] damaged = new int[1];
    lines(
        file,
        line -> {
          String hidden = pseudonyms == null ? line.text() : hidden(line, pseudonyms);
          if (hidden == null) {
            damaged[0]++;
          } else {
            zip.write((hidden + "\n").getBytes(UTF_8));
          }
        });
    zip.closeEntry();
    return damaged[0];
  }

  /** Learns all names in a file of the journal, before anything is written. */
  public static void learn(Path file, Pseudonyms pseudonyms) throws IOException {
    lines(file, line -> hidden(line, pseudonyms));
  }

  /** A line and whether it has pseudonyms already. */
  private record Line(String text, boolean isPrivate) {}

  private interface Lines {
    void take(Line line) throws IOException;
  }

  private static void lines(Path file, Lines lines) throws IOException {
    boolean isPrivate = false;
    try (BufferedReader in = new BufferedReader(Files.newBufferedReader(file, UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.length() <= MOST_LINE_CHARS) {
          if (line.contains("\"event\":\"journal.opened\"")) {
            isPrivate = line.contains("\"private\":true");
          }
          lines.take(new Line(line, isPrivate));
        }
      }
    }
  }

  private static @Nullable String hidden(Line line, Pseudonyms pseudonyms) {
    try {
      JsonNode json = MAPPER.readTree(line.text());
      if (!(json instanceof ObjectNode object)) {
        return null;
      }
      if (!line.isPrivate()) {
        pseudonyms.hideIn(object);
      }
      return object.toString();
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  private void add(String name, byte[] bytes) throws IOException {
    begin(name);
    zip.write(bytes);
    zip.closeEntry();
  }

  private void begin(String name) throws IOException {
    files.add(name);
    zip.putNextEntry(new ZipEntry(name));
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
