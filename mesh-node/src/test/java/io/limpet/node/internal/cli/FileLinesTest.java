package io.limpet.node.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What a person sees of files. */
class FileLinesTest {
  private final AtomicLong nowNs = new AtomicLong();

  private static JsonNode event(String change, long bytes, String reason) {
    ObjectNode event = new ObjectMapper().createObjectNode();
    event.put("change", change).put("name", "elm").put("file", "leaves.zip");
    return event.put("size", 10_000_000).put("bytes", bytes).put("reason", reason);
  }

  @Test
  void aBarComesOnATerminalAfterTwoSecondsAndFits() {
    FileLines lines = new FileLines(true, nowNs::get);
    assertThat(lines.text(event("started", 0, ""))).isEmpty();
    nowNs.set(1_900_000_000L);
    assertThat(lines.text(event("progress", 1_000_000, ""))).isEmpty();
    nowNs.set(4_000_000_000L);
    String bar = lines.text(event("progress", 4_000_000, ""));
    assertThat(bar).isEqualTo("\r\033[Kleaves.zip [########            ]  40% 1.0 MB/s, 6s left");
    assertThat(lines.text(event("sent", 10_000_000, "")))
        .isEqualTo("\r\033[Kleaves.zip, 10.0 MB: sent to elm, verified\n");
  }

  @Test
  void elsewhereThereAreLinesOnly() {
    FileLines lines = new FileLines(false, nowNs::get);
    assertThat(lines.text(event("started", 2_500_000, "")))
        .isEqualTo("leaves.zip: goes on from 2.5 MB of 10.0 MB\n");
    nowNs.set(9_000_000_000L);
    assertThat(lines.text(event("progress", 4_000_000, ""))).isEmpty();
    assertThat(lines.text(event("waiting", 0, "elm is away"))).isEqualTo("waiting: elm is away\n");
    assertThat(lines.text(event("waiting", 0, "elm is away"))).isEmpty();
  }
}
