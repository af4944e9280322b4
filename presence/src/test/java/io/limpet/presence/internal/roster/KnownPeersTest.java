package io.limpet.presence.internal.roster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limpet.link.MeshAddress;
import io.limpet.presence.Acquaintance;
import io.limpet.presence.Samples;
import io.limpet.presence.internal.roster.KnownPeers.Verdict;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class KnownPeersTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

  private final KnownPeers known = new KnownPeers();

  @Test
  void theFirstKeyOfANameIsItsKey() {
    assertThat(check("elm", 2)).isEqualTo(Verdict.FIRST_USE);
    assertThat(check("elm", 2)).isEqualTo(Verdict.SAME_KEY);
    assertThat(check("Elm", 2)).isEqualTo(Verdict.SAME_KEY);
    assertThat(check("elm", 3)).isEqualTo(Verdict.OTHER_KEY);
    assertThat(check("elm", 3)).as("however often it is tried").isEqualTo(Verdict.OTHER_KEY);
    assertThat(check("elm", 2)).isEqualTo(Verdict.SAME_KEY);
  }

  @Test
  void whatIsWrittenIsReadOneLineAPin() throws KnownPeers.CorruptException {
    check("elm", 2);
    check("oak tree \n%+ é", 3);
    assertThat(known.format().lines().filter(line -> !line.startsWith("#")))
        .hasSize(2)
        .contains(
            "elm 2001:20:0:0:0:0:0:2 " + Samples.key(Samples.address(2)) + " 2026-11-21T12:00:00Z");
    assertThat(KnownPeers.parse(known.format()).pins()).containsExactlyElementsOf(known.pins());
  }

  @Test
  void anEditedBookMayHaveCommentsAndEmptyLines() throws KnownPeers.CorruptException {
    check("elm", 2);
    String edited = "\n# my friend\n" + known.format() + "\n   \n";
    assertThat(KnownPeers.parse(edited).pins()).hasSize(1);
  }

  @Test
  void aBookWithAnyLineThatCannotBeReadIsRefusedAsAWhole() {
    check("elm", 2);
    String good = known.format();
    String line = good.lines().filter(l -> !l.startsWith("#")).findFirst().orElseThrow();
    for (String bad :
        List.of(
            "elm",
            line + " more",
            line.replace("2001:20:0", "2002:20:0"),
            line.replace("2026-11-21", "yesterday"),
            line.replace("elm", "%zz"),
            line.substring(0, line.length() - 30),
            "x".repeat(100_000),
            "@friend 2001:20::2 2026-11-21T12:00:00Z",
            "@known 2001:20::2",
            "@known fe80::2 2026-11-21T12:00:00Z",
            "@verified 2001:20::2 yesterday",
            line)) {
      assertThatThrownBy(() -> KnownPeers.parse(good + bad))
          .as(bad)
          .isInstanceOf(KnownPeers.CorruptException.class)
          .hasMessage("line 5 cannot be read");
    }
  }

  @Test
  void whomThisPersonDealtWithIsKnownAndWhoWasComparedIsVerified() throws Exception {
    check("elm", 2);
    assertThat(known.acquaintance(Samples.address(2)))
        .as("a pin alone makes nobody known")
        .isEqualTo(Acquaintance.STRANGER);
    assertThat(known.acquaint(Samples.address(2), NOON)).isTrue();
    assertThat(known.acquaint(Samples.address(2), NOON)).as("nothing new").isFalse();
    assertThat(known.verify("oak", Samples.address(3), Samples.key(Samples.address(3)), NOON))
        .isTrue();
    assertThat(known.acquaint(Samples.address(3), NOON)).isFalse();
    for (KnownPeers book : List.of(known, KnownPeers.parse(known.format()))) {
      assertThat(book.acquaintance(Samples.address(2))).isEqualTo(Acquaintance.KNOWN);
      assertThat(book.acquaintance(Samples.address(3))).isEqualTo(Acquaintance.VERIFIED);
      assertThat(book.acquaintances()).hasSize(2);
    }
  }

  @Test
  void aVerifiedKeyHasItsNameWhoeverUsedItFirst() throws Exception {
    check("elm", 2);
    check("elm of the pond", 2);
    assertThat(check("elm", 3)).isEqualTo(Verdict.OTHER_KEY);
    known.verify("Elm", Samples.address(3), Samples.key(Samples.address(3)), NOON);
    assertThat(check("elm", 3)).isEqualTo(Verdict.SAME_KEY);
    assertThat(check("elm", 2)).isEqualTo(Verdict.OTHER_KEY);
    assertThat(known.pin(Samples.address(2)).orElseThrow().nickname()).isEqualTo("elm of the pond");
    assertThat(KnownPeers.parse(known.format()).pins()).containsExactlyElementsOf(known.pins());
  }

  @Test
  void aVerifiedPersonWithManyNamesGivesUpTheOldest() throws Exception {
    for (int i = 0; i < KnownPeers.MAX_NAMES_PER_ADDRESS; i++) {
      check("name" + i, 2);
    }
    known.verify("elm", Samples.address(2), Samples.key(Samples.address(2)), NOON);
    assertThat(check("elm", 2)).isEqualTo(Verdict.SAME_KEY);
    assertThat(known.pin("name0")).isEmpty();
    assertThat(KnownPeers.parse(known.format()).pins()).containsExactlyElementsOf(known.pins());
  }

  @Test
  void ofTooManyAcquaintancesTheOldestIsForgottenAndNeverOneThatIsVerified() {
    known.verify("elm", Samples.address(2), Samples.key(Samples.address(2)), NOON);
    for (int n = 10; n < 10 + KnownPeers.MAX_ACQUAINTANCES; n++) {
      assertThat(known.acquaint(Samples.address(n), NOON)).isTrue();
    }
    assertThat(known.acquaintances())
        .hasSize(KnownPeers.MAX_ACQUAINTANCES)
        .containsEntry(Samples.address(2), Acquaintance.VERIFIED)
        .doesNotContainKey(Samples.address(10));
  }

  @Test
  void aPeerThatRenamesItselfCannotTakeEveryName() {
    for (int i = 0; i < KnownPeers.MAX_NAMES_PER_ADDRESS; i++) {
      assertThat(check("name" + i, 2)).isEqualTo(Verdict.FIRST_USE);
    }
    assertThat(check("elm", 2)).isEqualTo(Verdict.NOT_PINNED);
    assertThat(check("elm", 3)).isEqualTo(Verdict.FIRST_USE);
  }

  @Test
  void aFullBookForgetsNobody() {
    check("friend", 2);
    for (int n = 10; n < 2 * KnownPeers.MAX_PINS; n++) {
      check("stranger" + n, n);
    }
    assertThat(known.pins()).hasSize(KnownPeers.MAX_PINS);
    assertThat(check("friend", 3)).isEqualTo(Verdict.OTHER_KEY);
  }

  private Verdict check(String nickname, long n) {
    MeshAddress address = Samples.address(n);
    return known.check(nickname, address, Samples.key(address), NOON);
  }
}
