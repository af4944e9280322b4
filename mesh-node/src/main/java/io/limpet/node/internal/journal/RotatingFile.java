package io.limpet.node.internal.journal;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Lines in a file that is renamed to {@code NAME.1} and so on when it is full: bounded on the disk.
 * Confined to one thread.
 */
public final class RotatingFile implements AutoCloseable {
  private final Path path;
  private final long maxFileBytes;
  private final int oldFiles;
  private @Nullable BufferedWriter writer;
  private long sizeBytes;

  /**
   * Describes a file; it is opened by the first line.
   *
   * @param maxFileBytes a file holds at least one line and about this much
   * @param oldFiles how many full files are kept beside the present one
   */
  public RotatingFile(Path path, long maxFileBytes, int oldFiles) {
    this.path = path;
    this.maxFileBytes = maxFileBytes;
    this.oldFiles = oldFiles;
  }

  /** Returns the present file. */
  public Path path() {
    return path;
  }

  /** Appends one line and hands it to the kernel. */
  public void write(String line) throws IOException {
    int lineBytes = line.getBytes(StandardCharsets.UTF_8).length + 1;
    if (writer != null && sizeBytes + lineBytes > maxFileBytes) {
      close();
      rotate();
    }
    BufferedWriter out = writer;
    if (out == null) {
      Path folder = path.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      sizeBytes = Files.exists(path) ? Files.size(path) : 0;
      out =
          Files.newBufferedWriter(
              path, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      writer = out;
    }
    out.write(line);
    out.write('\n');
    out.flush();
    sizeBytes += lineBytes;
  }

  private void rotate() throws IOException {
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
