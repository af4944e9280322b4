package io.limpet.rig.internal.bench.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A report's files in a folder. */
public final class ReportFiles {
  private ReportFiles() {}

  /**
   * Writes what is there so far, which is worth having should the rest be broken off.
   *
   * @param folder null for nowhere
   * @param last whether nothing more comes: the charts are drawn then
   */
  public static void write(Report report, @Nullable Path folder, boolean last) {
    if (folder == null) {
      return;
    }
    try {
      Files.writeString(folder.resolve("results.json"), JsonReport.of(report, true) + "\n");
      Files.writeString(
          folder.resolve("results.md"),
          MarkdownReport.of(report, last ? Charts.write(report, folder) : List.of()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
