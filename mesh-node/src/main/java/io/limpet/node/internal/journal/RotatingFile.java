package io.limpet.node.internal.journal;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lines in a file that is renamed to {@code NAME.1} and so on when it is full or old: bounded on
 * the disk by size and by age. Confined to one thread.
 */
public final class RotatingFile implements AutoCloseable {
  /**
   * A file from before that was written by a machine whose clock was not set yet: its age is
   * unknown, and it may be the newest that there is.
   */
  private static final Instant CLOCK_WAS_SET = Instant.parse("2020-01-01T00:00:00Z");

  private static final Pattern TIME = Pattern.compile("\\{\"time\":\"([^\"]{1,40})\"");
  private static final int FIRST_BYTES = 64;

  /**
   * How much is kept.
   *
   * @param maxFileBytes a file holds at least one line and about this much
   * @param oldFiles how many full files are kept beside the present one
   * @param maxAge no line is kept for longer while somebody writes or tidies, or null for ever
   */
  public record Limits(long maxFileBytes, int oldFiles, @Nullable Duration maxAge) {
    /** A file covers an eighth of the age, so that its oldest line goes hardly later than due. */
    private @Nullable Duration maxFileAge() {
      return maxAge == null ? null : maxAge.dividedBy(8);
    }
  }

  private final Path path;
  private final Limits limits;
  private final Clock clock;
  private @Nullable Supplier<String> header;
  private @Nullable BufferedWriter writer;
  private long sizeBytes;
  private Instant begun = Instant.EPOCH;

  /** Describes a file; it is opened by the first line. */
  public RotatingFile(Path path, Limits limits, Clock clock) {
    this.path = path;
    this.limits = limits;
    this.clock = clock;
  }

  /** Begins each file with this line, and writes it whenever one is opened to be continued. */
  void setHeader(Supplier<String> line) {
    this.header = line;
  }

  /** Returns the present file. */
  public Path path() {
    return path;
  }

  /** Appends one line and hands it to the kernel. */
  public void write(String line) throws IOException {
    long lineBytes = bytes(line);
    if (writer != null && (sizeBytes + lineBytes > limits.maxFileBytes() || isOld())) {
      close();
      rotate();
    }
    BufferedWriter out = writer;
    if (out == null) {
      out = open();
    }
    append(out, line, lineBytes);
  }

  private BufferedWriter open() throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    begun = clock.instant();
    sizeBytes = 0;
    if (Files.exists(path)) {
      begun = begun();
      sizeBytes = Files.size(path);
      if (sizeBytes >= limits.maxFileBytes() || isOld()) {
        rotate();
        begun = clock.instant();
        sizeBytes = 0;
      }
    }
    tidy();
    BufferedWriter out =
        Files.newBufferedWriter(
            path, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    writer = out;
    Supplier<String> first = header;
    if (first != null) {
      String line = first.get();
      append(out, line, bytes(line));
    }
    return out;
  }

  /** When the present file was begun: its first line tells, which a file system may not. */
  private Instant begun() throws IOException {
    Instant changed = Files.getLastModifiedTime(path).toInstant();
    try (InputStream in = Files.newInputStream(path)) {
      Matcher first = TIME.matcher(new String(in.readNBytes(FIRST_BYTES), StandardCharsets.UTF_8));
      Instant told = first.lookingAt() ? Instant.parse(first.group(1)) : changed;
      return told.isAfter(CLOCK_WAS_SET) ? told : changed;
    } catch (DateTimeParseException e) {
      return changed;
    }
  }

  private void append(BufferedWriter out, String line, long lineBytes) throws IOException {
    out.write(line);
    out.write('\n');
    out.flush();
    sizeBytes += lineBytes;
  }

  private static long bytes(String line) {
    return line.getBytes(StandardCharsets.UTF_8).length + 1L;
  }

  private boolean isOld() {
    Duration most = limits.maxFileAge();
    return most != null && begun.plus(most).isBefore(clock.instant());
  }

  /** Deletes old files whose lines have all been kept long enough. */
  void tidy() throws IOException {
    Duration maxAge = limits.maxAge();
    Duration fileAge = limits.maxFileAge();
    if (maxAge == null || fileAge == null) {
      return;
    }
    // Its newest line tells the age of a file; its oldest may be as much older as a file covers.
    Instant oldest = clock.instant().minus(maxAge).plus(fileAge);
    for (int i = 1; i <= limits.oldFiles(); i++) {
      Path old = numbered(i);
      if (Files.exists(old)) {
        FileTime newest = Files.getLastModifiedTime(old);
        if (newest.toInstant().isAfter(CLOCK_WAS_SET) && newest.toInstant().isBefore(oldest)) {
          Files.delete(old);
        }
      }
    }
  }

  private void rotate() throws IOException {
    int oldFiles = limits.oldFiles();
    Files.deleteIfExists(numbered(oldFiles));
    for (int i = oldFiles - 1; i >= 1; i--) {
      if (Files.exists(numbered(i))) {
        Files.move(numbered(i), numbered(i + 1), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    if (oldFiles > 0) {
      Files.move(path, numbered(1), StandardCopyOption.REPLACE_EXISTING);
    } else {
      Files.delete(path);
    }
  }

  private Path numbered(int number) {
    return path.resolveSibling(path.getFileName() + "." + number);
  }

  @Override
  public void close() {
    BufferedWriter out = writer;
    writer = null;
    if (out != null) {
      try {
        out.close();
      } catch (IOException e) {
        // Every line was flushed when it was written: nothing is lost here.
        return;
      }
    }
  }
}
