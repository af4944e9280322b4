package io.limpet.node.internal.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.node.internal.journal.JournalEvent;
import io.limpet.node.internal.privacy.Pseudonyms;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
  private static final String OAK = TwoLaptops.OAK;
  private static final String ELM = TwoLaptops.ELM;

  @TempDir Path folder;

  private TwoLaptops.Diary oak() {
    return new TwoLaptops.Diary(folder.resolve("oak.jsonl"), Duration.ZERO, null);
  }

  private List<Path> laptops(String elm, @Nullable Pseudonyms pseudonyms) {
    return TwoLaptops.story(folder, elm, pseudonyms);
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
    Report report = Report.of(laptops("elm", null));
    assertThat(story(parsed(report.html())))
        .containsExactly(
            "12:00:01.000 oak and elm: UNICAST_BLACKHOLE – unicast vanishes on the way",
            "12:00:09.000 oak and elm: healed after 8.0 s (UNICAST_BLACKHOLE)",
            "12:00:15.000 oak to elm: NEIGHBOUR_STALE – the kernel sends to a wrong MAC",
            "12:00:15.500 oak to elm: repaired after 0.5 s, by replace-entry (NEIGHBOUR_STALE)");
    ClockAlignment.Clock elm = report.clocks.clock(1);
    assertThat(elm.offset()).isBetween(Duration.ofMillis(3_599_950), Duration.ofMillis(3_600_050));
    assertThat(elm.uncertainty()).isLessThanOrEqualTo(Duration.ofMillis(110));
    assertThat(report.html()).contains("60 min ahead ±", "Goodput, bit/s", "Loss, %", "arping -D");
  }

  /** As an ordinary user has it whose peer sees more than he does. */
  @Test
  void whatOnlyLinksToldEndsWithThemThoughARepairWasGivenUp() throws Exception {
    Path journal = folder.resolve("oak.jsonl");
    new TwoLaptops.Diary(journal, Duration.ZERO, null)
        .at(0, TwoLaptops.ready("oak", TwoLaptops.OAK))
        .at(1, TwoLaptops.link("in", "NONE", "UNICAST_BLACKHOLE"))
        .at(2, TwoLaptops.repair("step", "UNICAST_BLACKHOLE", "solicit"))
        .at(3, TwoLaptops.repair("gaveup", "UNICAST_BLACKHOLE", null))
        .at(8, TwoLaptops.link("in", "UNICAST_BLACKHOLE", "NONE"))
        .at(20, TwoLaptops.link("out", "NONE", "UNICAST_BLACKHOLE"))
        .at(21, TwoLaptops.repair("step", "UNICAST_BLACKHOLE", "solicit"));
    assertThat(story(parsed(Report.of(List.of(journal)).html())))
        .anySatisfy(step -> assertThat(step).startsWith("12:00:01.000").contains("BLACKHOLE"))
        .anySatisfy(step -> assertThat(step).startsWith("12:00:08.000").contains("after 7.0 s"));
  }

  @Test
  void whatLinksHadEndedIsNotEndedByTheNextStart() throws Exception {
    Path journal = folder.resolve("oak.jsonl");
    new TwoLaptops.Diary(journal, Duration.ZERO, null)
        .at(0, TwoLaptops.ready("oak", TwoLaptops.OAK))
        .at(1, TwoLaptops.link("in", "NONE", "UNICAST_BLACKHOLE"))
        .at(8, TwoLaptops.link("in", "UNICAST_BLACKHOLE", "NONE"))
        .at(30, TwoLaptops.ready("oak", TwoLaptops.OAK));
    assertThat(story(parsed(Report.of(List.of(journal)).html())))
        .anySatisfy(step -> assertThat(step).startsWith("12:00:08.000").contains("after 7.0 s"));
  }

  @Test
  void aHostileNicknameStaysText() throws Exception {
    String nickname = "<script>alert(1)</script>\"'&]]>\u202E\u0007<img src=x onerror=y>";
    String html = Report.of(laptops(nickname, null)).html();
    Document page = parsed(html);
    assertThat(page.getElementsByTagName("script").getLength()).isZero();
    assertThat(page.getElementsByTagName("img").getLength()).isZero();
    assertThat(html).doesNotContain("\u202E").doesNotContain("\u0007");
    assertThat(page.getElementsByTagName("h1").item(0).getTextContent())
        .contains("<script>alert(1)</script>");
  }

  @Test
  void thePageNeedsNothingElseAndRunsNothing() throws Exception {
    Document page = parsed(Report.of(laptops("elm", null)).html());
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
    String html = Report.of(laptops("Elm Eagle", pseudonyms)).html();
    assertThat(html).doesNotContain("Elm Eagle").doesNotContain("oak").doesNotContain("2001:20");
    assertThat(story(parsed(html))).hasSize(4);
    assertThat(html).contains("60 min ahead ±");
  }

  @Test
  void aPrivateJournalFitsOneThatIsNot() throws Exception {
    Path open = laptops("elm", null).get(0);
    Path other = folder.resolve("other");
    Files.createDirectories(other);
    Path hidden = TwoLaptops.story(other, "elm", new Pseudonyms(new byte[32])).get(1);
    Report report = Report.of(List.of(open, hidden));
    assertThat(story(parsed(report.html())))
        .first()
        .asString()
        .startsWith("12:00:01.000 oak and elm: UNICAST_BLACKHOLE");
    assertThat(report.clocks.clock(1).uncertainty()).isNotNull();
  }

  @Test
  void aNodeThatDiedIsAFailure() throws Exception {
    oak()
        .at(0, TwoLaptops.ready("oak", OAK))
        .at(5, new JournalEvent.Address("added", "wlan0", "10.0.0.1"))
        .at(60, TwoLaptops.ready("oak", OAK));
    assertThat(story(parsed(Report.of(List.of(folder.resolve("oak.jsonl"))).html())))
        .first()
        .asString()
        .startsWith("12:00:05.000 oak: NODE DIED");
  }

  @Test
  void twoArchivesOfOneLaptopAreOneLaptop() throws Exception {
    List<Path> paths = laptops("elm", null);
    Path again = folder.resolve("again.jsonl");
    Files.copy(paths.get(0), again);
    Report report = Report.of(List.of(paths.get(0), paths.get(1), again));
    assertThat(report.logs).hasSize(2);
    assertThat(report.entries).hasSameSizeAs(Report.of(paths).entries);
  }

  @Test
  void goodbyesAreNoFailures() throws Exception {
    oak()
        .at(0, TwoLaptops.ready("oak", OAK))
        .at(5, new JournalEvent.PeerPresence("offline", ELM, "elm", 3, "said goodbye"))
        .at(5.1, TwoLaptops.verdict(ELM, "elm", "NONE", "PEER_GONE"));
    String html = Report.of(List.of(folder.resolve("oak.jsonl"))).html();
    assertThat(html).contains("Nothing was wrong");
  }
}
