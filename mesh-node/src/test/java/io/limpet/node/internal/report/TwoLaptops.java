package io.limpet.node.internal.report;

import io.limpet.node.internal.journal.Journal;
import io.limpet.node.internal.journal.JournalEvent;
import io.limpet.node.internal.journal.RotatingFile;
import io.limpet.node.internal.privacy.Pseudonyms;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Journals of two laptops, with a story that is known. */
final class TwoLaptops {
  static final String OAK = "2001:20:0:0:0:0:0:1";
  static final String ELM = "2001:20:0:0:0:0:0:2";
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Map<String, String> NONE = Map.of();

  private TwoLaptops() {}

  /** One laptop's journal, by its own clock. */
  static final class Diary {
    private final Path file;
    private final Duration ahead;
    private final @Nullable Pseudonyms pseudonyms;

    Diary(Path file, Duration ahead, @Nullable Pseudonyms pseudonyms) {
      this.file = file;
      this.ahead = ahead;
      this.pseudonyms = pseudonyms;
    }

    Diary at(double seconds, JournalEvent event) {
      Clock clock =
          Clock.fixed(NOON.plusMillis((long) (seconds * 1e3)).plus(ahead), ZoneOffset.UTC);
      RotatingFile.Limits limits = new RotatingFile.Limits(1 << 20, 1, null);
      try (Journal journal =
          new Journal(new RotatingFile(file, limits, clock), null, pseudonyms, clock)) {
        journal.record(event);
      }
      return this;
    }
  }

  static JournalEvent ready(String name, String address) {
    return new JournalEvent.NodeReady(name, address, 3, 7464, List.of("wlan0"), "/h", 7, 80);
  }

  static JournalEvent verdict(String peer, String name, String from, String to) {
    return new JournalEvent.Diagnosed("peer", peer, name, null, null, null, from, to, NONE);
  }

  static JournalEvent link(String direction, String from, String to) {
    return new JournalEvent.Diagnosed(
        "link", ELM, "elm", "wlan0", "UNICAST_IPV4", direction, from, to, NONE);
  }

  static JournalEvent repair(String change, String diagnosis, @Nullable String step) {
    return new JournalEvent.Repair(
        change, ELM, "elm", diagnosis, step, step == null ? null : "done", null, NONE);
  }

  private static JournalEvent invitation(String change, String elm) {
    return new JournalEvent.InvitationChange(
        change, "i1", OAK, "oak", ELM, elm, "a1", "lunch", null);
  }

  /** A black hole that heals, a stale entry that is repaired; elm's clock is an hour ahead. */
  static List<Path> story(Path folder, String elm, @Nullable Pseudonyms pseudonyms) {
    List<Path> files = List.of(folder.resolve("oak.jsonl"), folder.resolve("elm.jsonl"));
    Diary oak = new Diary(files.get(0), Duration.ZERO, pseudonyms);
    oak.at(0, ready("oak", OAK))
        .at(1, verdict(ELM, elm, "NONE", "UNICAST_BLACKHOLE"))
        .at(2, invitation("pending", elm))
        .at(2.2, invitation("delivered", elm))
        .at(2.4, invitation("accepted", elm))
        .at(9, verdict(ELM, elm, "UNICAST_BLACKHOLE", "NONE"))
        .at(15, repair("started", "NEIGHBOUR_STALE", null))
        .at(15.1, repair("step", "NEIGHBOUR_STALE", "replace-entry"))
        .at(15.5, repair("succeeded", "NEIGHBOUR_STALE", null))
        .at(15.6, repair("succeeded", "NEIGHBOUR_STALE", null))
        .at(20, new JournalEvent.NodeStopped("oak", OAK, 20_000));
    Diary second = new Diary(files.get(1), Duration.ofHours(1), pseudonyms);
    second
        .at(0.5, ready(elm, ELM))
        .at(1.5, verdict(OAK, "oak", "NONE", "UNICAST_BLACKHOLE"))
        .at(2.1, invitation("received", elm))
        .at(2.3, invitation("accepted", elm))
        .at(
            3,
            new JournalEvent.LinkMeasured(
                OAK, "oak", "wlan0", "MULTICAST_IPV4", "confirmed", 4.0, 0.2))
        .at(
            8,
            new JournalEvent.ConnectionMeasured(
                OAK, "oak", 17, 4_000, 5_000, 2_000_000, 0, 4.5, 0.0, 3))
        .at(8.5, verdict(OAK, "oak", "UNICAST_BLACKHOLE", "NONE"));
    return files;
  }
}
