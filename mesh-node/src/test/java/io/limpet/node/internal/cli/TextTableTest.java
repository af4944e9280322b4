package io.limpet.node.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTableTest {
  @Test
  void whatFitsIsShownAsItIs() {
    TextTable table = new TextTable("a", "b").row("long", "x").row("y", "z");
    assertThat(table.fit("a")).isEqualTo(table.toString()).isEqualTo("A     B\nlong  x\ny     z");
  }

  @Test
  void theWidestOfTheFlexibleColumnsAreShortenedAndTheOthersKept() {
    String text =
        new TextTable("name", "title", "id")
            .row("n".repeat(64), "t".repeat(40), "0123456789ab")
            .row("oak", "lunch", "0123456789cd")
            .fit("name", "title");
    assertThat(text.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
    assertThat(text).contains("nnn…", "ttt…", "0123456789ab", "0123456789cd", "oak", "lunch");
  }

  @Test
  void whatMayNotBeShortenedGoesBelowItsRow() {
    String address = "2001:20:1111:2222:3333:4444:5555:6666";
    String text =
        new TextTable("name", "state", "path", "verdict", "address")
            .row("oak (KEY CHANGED)", "ONLINE", "multicast", "NEIGHBOUR_UNRESOLVED", address)
            .fit();
    assertThat(text.lines())
        .containsExactly(
            "NAME               STATE   PATH       VERDICT",
            "  ADDRESS",
            "oak (KEY CHANGED)  ONLINE  multicast  NEIGHBOUR_UNRESOLVED",
            "  " + address);
  }
}
