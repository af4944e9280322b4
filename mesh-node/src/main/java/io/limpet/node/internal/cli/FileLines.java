package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * What becomes of files, as lines; on a terminal what takes longer than two seconds has a bar in
 * the last of them. Not thread-safe.
 */
final class FileLines {
  private static final long BAR_AFTER_NS = 2_000_000_000L;
  private static final int BAR_COLUMNS = 20;
  private static final int NAME_COLUMNS = 22;
  private static final String ERASE = "\r\033[K";

  private final boolean terminal;
  private final LongSupplier nanoTime;
  private long beganNs;
  private long beganAt;
  private boolean drawn;
  private String waiting = "";

  FileLines() {
    this(Terminal.isOnStandardOutput(), System::nanoTime);
  }

  FileLines(boolean terminal, LongSupplier nanoTime) {
    this.terminal = terminal;
    this.nanoTime = nanoTime;
    this.beganNs = nanoTime.getAsLong();
  }

  /** Returns what to print of an event, with its line break if it is a line; may be empty. */
  String text(JsonNode event) {
    String file = event.path("file").asText();
    String name = event.path("name").asText();
    String size = Sizes.text(event.path("size").asLong());
    String reason = event.path("reason").asText("");
    long bytes = event.path("bytes").asLong();
    String change = event.path("change").asText();
    if (!change.equals("waiting")) {
      waiting = "";
    }
    return switch (change) {
      case "reading" -> bar(event, "reads ");
      case "progress" -> bar(event, "");
      case "waiting" -> waiting(reason);
      case "started" -> started(file, bytes, size);
      case "interrupted" ->
          line(file + ": interrupted at " + Sizes.text(bytes) + " of " + size + ": " + reason);
      case "refused" -> line(file + ", " + size + ", " + name + ": refused: " + reason);
      case "sent" -> line(file + ", " + size + ": sent to " + name + ", verified");
      case "received" -> line(file + ", " + size + ": received from " + name + ", verified");
      default -> "";
    };
  }

  private String waiting(String reason) {
    if (reason.isEmpty() || reason.equals(waiting)) {
      return "";
    }
    waiting = reason;
    return line("waiting: " + reason);
  }

  private String started(String file, long bytes, String size) {
    beganNs = nanoTime.getAsLong();
    beganAt = bytes;
    return bytes > 0 ? line(file + ": goes on from " + Sizes.text(bytes) + " of " + size) : "";
  }

  /** Returns a whole line, in the place of a bar if there is one. */
  String line(String text) {
    String before = drawn ? ERASE : "";
    drawn = false;
    return before + text + System.lineSeparator();
  }

  private String bar(JsonNode event, String what) {
    long elapsedNs = nanoTime.getAsLong() - beganNs;
    long size = event.path("size").asLong();
    if (!terminal || elapsedNs < BAR_AFTER_NS || size <= 0) {
      return "";
    }
    drawn = true;
    long bytes = event.path("bytes").asLong();
    double share = Math.min(1, (double) bytes / size);
    int full = (int) Math.round(share * BAR_COLUMNS);
    double perSecond = Math.max(0, bytes - beganAt) * 1e9 / elapsedNs;
    String left =
        perSecond < 1
            ? ""
            : ", "
                + Duration.ofSeconds((long) ((size - bytes) / perSecond))
                    .toString()
                    .substring(2)
                    .toLowerCase(Locale.ROOT)
                + " left";
    return ERASE
        + String.format(
            Locale.ROOT,
            "%s%s [%s%s] %3d%% %s/s%s",
            what,
            Terminal.shorten(event.path("file").asText(), NAME_COLUMNS),
            "#".repeat(full),
            " ".repeat(BAR_COLUMNS - full),
            Math.round(share * 100),
            Sizes.text((long) perSecond),
            left);
  }
}
