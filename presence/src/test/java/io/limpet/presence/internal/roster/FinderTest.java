package io.limpet.presence.internal.roster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limpet.presence.Acquaintance;
import io.limpet.presence.Person;
import io.limpet.presence.Presence;
import io.limpet.presence.Samples;
import io.limpet.presence.UnknownPersonException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FinderTest {
  private static final Person ELM = person(0x1a2b3c4dL, "elm", Presence.ONLINE);
  private static final Person OTHER_ELM = person(0xdeadbeefL, "Elm", Presence.SUSPECT);
  private static final Person GONE_ELM = person(0x00000003L, "elm", Presence.OFFLINE);
  private static final Person OAK = person(0x00000004L, "oak tree", Presence.ONLINE);
  private static final Person GONE = person(0x00000005L, "ash", Presence.OFFLINE);

  @Test
  void aPersonIsFoundByEveryWayOfSayingWhoTheyAre() throws UnknownPersonException {
    List<Person> people = List.of(ELM, OAK, GONE);
    for (String said :
        List.of(
            "elm",
            "ELM",
            " elm ",
            "elm.mesh",
            "Elm.MESH",
            "elm#1a2b3c4d",
            "1a2b3c4d",
            "1A2B3C4D",
            "#1a2b3c4d",
            "elm#1a2b3c4d.mesh",
            "2001:20::1a2b:3c4d",
            ELM.address().toString())) {
      assertThat(Finder.find(people, said)).as(said).isEqualTo(ELM);
    }
    assertThat(Finder.find(people, "oak tree")).isEqualTo(OAK);
  }

  @Test
  void theOfflineCountOnlyWhenNobodyElseMatches() throws UnknownPersonException {
    assertThat(Finder.find(List.of(ELM, GONE_ELM), "elm")).isEqualTo(ELM);
    assertThat(Finder.find(List.of(GONE_ELM, OAK), "elm")).isEqualTo(GONE_ELM);
    assertThat(Finder.find(List.of(ELM, GONE_ELM), "elm#00000003")).isEqualTo(GONE_ELM);
  }

  @Test
  void twoOfOneNameAreAnErrorThatNamesTheChoices() throws UnknownPersonException {
    List<Person> people = List.of(ELM, OTHER_ELM, GONE_ELM);
    assertThatThrownBy(() -> Finder.find(people, "elm.mesh"))
        .isInstanceOf(UnknownPersonException.class)
        .hasMessage("2 people are known as elm.mesh, say which: elm#1a2b3c4d, Elm#deadbeef");
    assertThat(Finder.find(people, "elm#deadbeef")).isEqualTo(OTHER_ELM);
  }

  @Test
  void whoCallsThemselvesByAnothersShortFormIsNotTakenForThem() {
    Person impostor = person(0x66L, "elm#1a2b3c4d", Presence.ONLINE);
    assertThatThrownBy(() -> Finder.find(List.of(ELM, impostor), "elm#1a2b3c4d"))
        .hasMessageContaining("say which: elm#1a2b3c4d, elm#1a2b3c4d#00000066");
  }

  @Test
  void whoIsUnknownIsAnErrorThatSaysWhoIsHere() {
    assertThatThrownBy(() -> Finder.find(List.of(ELM, OAK, GONE), "birch"))
        .hasMessage("nobody is known as birch; here are: elm#1a2b3c4d, oak tree#00000004");
    assertThatThrownBy(() -> Finder.find(List.of(GONE), "birch"))
        .hasMessage("nobody is known as birch; nobody else is here");
    assertThatThrownBy(() -> Finder.find(List.of(), "2001:20::9"))
        .hasMessage("nobody is known as 2001:20::9; nobody else is here");
    assertThatThrownBy(() -> Finder.find(List.of(ELM), ""))
        .isInstanceOf(UnknownPersonException.class);
  }

  @Test
  void theMessageIsOneShortLineWhateverWasAskedAndWhoeverIsHere() {
    List<Person> many =
        java.util.stream.LongStream.range(10, 30)
            .mapToObj(n -> person(n, "p\n" + n, Presence.ONLINE))
            .toList();
    assertThatThrownBy(() -> Finder.find(many, "x\ny".repeat(1_000)))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n").endsWith("and 15 more"))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(500));
  }

  private static Person person(long n, String name, Presence presence) {
    return new Person(
        Samples.address(n),
        name,
        presence,
        Samples.COLOURS,
        "",
        1,
        List.of(),
        Set.of("hello"),
        Instant.EPOCH,
        false,
        Acquaintance.STRANGER);
  }
}
