package io.limpet.node.internal.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.node.internal.journal.Journal;
import io.limpet.node.internal.journal.JournalEvent;
import io.limpet.node.internal.journal.RotatingFile;
import io.limpet.node.internal.privacy.Pseudonyms;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** Journals that are made up, with a story that is known. */
class ReportTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final String OAK = "2001:20:0:0:0:0:0:1";
  private static final String ELM = "2001:20:0:0:0:0:0:2";
  private static final Map<String, String> NONE = Map.of();

  @TempDir Path folder;

  /** One laptop's journal, by its own clock. */
  private final class Diary {
    private final Path file;
    private final Duration ahead;
    private final @Nullable Pseudonyms pseudonyms;

    Diary(String name, Duration ahead, @Nullable Pseudonyms pseudonyms) {
      this.file = folder.resolve(name + ".jsonl");
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

  private static JournalEvent ready(String name, String address) {
    return new JournalEvent.NodeReady(name, address, 3, 7464, List.of("wlan0"), "/h", 7, 80);
  }

  private static JournalEvent verdict(String peer, String name, String from, String to) {
    return new JournalEvent.Diagnosed("peer", peer, name, null, null, null, from, to, NONE);
  }

  private static JournalEvent repair(String change, String diagnosis, @Nullable String step) {
    return new JournalEvent.Repair(
        change, ELM, "elm", diagnosis, step, step == null ? null : "done", null, NONE);
  }

  private static JournalEvent invitation(String change, String elm) {
    return new JournalEvent.InvitationChange(
        change, "i1", OAK, "oak", ELM, elm, "a1", "lunch", null);
  }

  /** A black hole that heals, a stale entry that is repaired; elm's clock is an hour ahead. */
  private List<Path> story(String elm, @Nullable Pseudonyms pseudonyms) {
    Diary oak = new Diary("oak", Duration.ZERO, pseudonyms);
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
    Diary second = new Diary("elm", Duration.ofHours(1), pseudonyms);
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
    return List.of(folder.resolve("oak.jsonl"), folder.resolve("elm.jsonl"));
  }

  private static Document parsed(String html) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    return factory.newDocumentBuilder().parse(new InputSource(new StringReader(html)));
  }

  private static List<String> story(Document page) {
    List<String> steps = new ArrayList<>();
    NodeList items = page.getElementsByTagName("li");
    for (int i = 0; i < items.getLength(); i++) {
      if (((Element) items.item(i)).hasAttribute("data-step")) {
        steps.add(items.item(i).getTextContent());
      }
    }
    return steps;
  }

  @Test
  void theStoryIsToldInOrderOnOneClock() throws Exception {
    Report report = Report.of(story("elm", null));
    assertThat(story(parsed(report.html())))
        .containsExactly(
            "12:00:01.000 oak and elm: UNICAST_BLACKHOLE – unicast vanishes on the way",
            "12:00:09.000 oak and elm: healed after 8.0 s (UNICAST_BLACKHOLE)",
            "12:00:15.000 oak to elm: NEIGHBOUR_STALE – the kernel sends to a wrong MAC",
            "12:00:15.500 oak to elm: repaired after 0.5 s, by replace-entry (NEIGHBOUR_STALE)");
    ClockAlignment.Clock elm = report.clocks.clock(1);
    assertThat(elm.offset()).isBetween(Duration.ofMillis(3_599_950), Duration.ofMillis(3_600_050));
    assertThat(elm.uncertainty()).isLessThanOrEqualTo(Duration.ofMillis(110));
    assertThat(report.html()).contains("60 min ahead ±", "Goodput, Mbit/s", "Loss, %", "arping -D");
  }

  @Test
  void aHostileNicknameStaysText() throws Exception {
    String nickname = "<script>alert(1)</script>\"'&]]>\u202E\u0007<img src=x onerror=y>";
    String html = Report.of(story(nickname, null)).html();
    Document page = parsed(html);
    assertThat(page.getElementsByTagName("script").getLength()).isZero();
    assertThat(page.getElementsByTagName("img").getLength()).isZero();
    assertThat(html).doesNotContain("\u202E").doesNotContain("\u0007");
    assertThat(page.getElementsByTagName("h1").item(0).getTextContent())
        .contains("<script>alert(1)</script>");
  }

  @Test
  void thePageNeedsNothingElseAndRunsNothing() throws Exception {
    Document page = parsed(Report.of(story("elm", null)).html());
    NodeList all = page.getElementsByTagName("*");
    for (int i = 0; i < all.getLength(); i++) {
      Element element = (Element) all.item(i);
      assertThat(element.getTagName()).isNotIn("script", "link", "img", "iframe", "object", "a");
      for (int j = 0; j < element.getAttributes().getLength(); j++) {
        assertThat(element.getAttributes().item(j).getNodeName())
            .doesNotStartWith("on")
            .isNotIn("href", "src", "style", "xlink:href");
      }
    }
    assertThat(page.getElementsByTagName("style").item(0).getTextContent())
        .doesNotContain("url(")
        .doesNotContain("@import")
        .contains("prefers-color-scheme: dark", "max-width: 40rem");
  }

  @Test
  void privateJournalsOfSeveralLaptopsStillFitTogether() throws Exception {
    Pseudonyms pseudonyms = new Pseudonyms(new byte[32]);
    String html = Report.of(story("Elm Eagle", pseudonyms)).html();
    assertThat(html).doesNotContain("Elm Eagle").doesNotContain("oak").doesNotContain("2001:20");
    assertThat(story(parsed(html))).hasSize(4);
    assertThat(html).contains("60 min ahead ±");
  }

  @Test
  void aNodeThatDiedIsAFailure() throws Exception {
    new Diary("oak", Duration.ZERO, null)
        .at(0, ready("oak", OAK))
        .at(5, new JournalEvent.Address("added", "wlan0", "10.0.0.1"))
        .at(60, ready("oak", OAK));
    assertThat(story(parsed(Report.of(List.of(folder.resolve("oak.jsonl"))).html())))
        .first()
        .asString()
        .startsWith("12:00:05.000 oak: NODE DIED");
  }

  @Test
  void twoArchivesOfOneLaptopAreOneLaptop() throws Exception {
    List<Path> paths = story("elm", null);
    Path again = folder.resolve("again.jsonl");
    Files.copy(paths.get(0), again);
    Report report = Report.of(List.of(paths.get(0), paths.get(1), again));
    assertThat(report.logs).hasSize(2);
    assertThat(report.entries).hasSameSizeAs(Report.of(paths).entries);
  }

  @Test
  void goodbyesAreNoFailures() throws Exception {
    new Diary("oak", Duration.ZERO, null)
        .at(0, ready("oak", OAK))
        .at(5, new JournalEvent.PeerPresence("offline", ELM, "elm", 3, "said goodbye"))
        .at(5.1, verdict(ELM, "elm", "NONE", "PEER_GONE"));
    String html = Report.of(List.of(folder.resolve("oak.jsonl"))).html();
    assertThat(html).contains("Nothing was wrong");
  }
}
