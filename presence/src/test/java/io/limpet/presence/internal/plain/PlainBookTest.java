package io.limpet.presence.internal.plain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limpet.link.MeshAddress;
import io.limpet.presence.PlainEvent;
import io.limpet.presence.PlainPerson;
import io.limpet.presence.Samples;
import io.limpet.presence.UnknownPersonException;
import io.limpet.presence.internal.announce.PlainRecord;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PlainBookTest {
  private final Set<MeshAddress> roster = new HashSet<>();
  private final PlainBook book = new PlainBook(Samples.address(1), roster::contains);

  @Test
  void somebodyIsHereChangesAndGoes() {
    book.onSeen("k", record("ash@pc", "Ash", "avail", null, 2));
    book.onSeen("k", record("ash@pc", "Ash", "away", null, 2));
    book.onSeen("k", record("ash@pc", "Ash", "away", null, 3));
    book.onLost("k");
    book.onLost("k");
    assertThat(events())
        .containsExactly(
            new PlainEvent.Here(new PlainPerson("ash@pc", "Ash", "avail", "")),
            new PlainEvent.Changed(new PlainPerson("ash@pc", "Ash", "away", "")),
            new PlainEvent.Gone(new PlainPerson("ash@pc", "Ash", "away", "")));
  }

  @Test
  void onePersonOnTwoNetworksIsOnePersonWithTwoPlaces() {
    book.onSeen("a", record("ash@pc", "Ash", "avail", null, 2));
    book.onSeen("b", record("ASH@pc", "Ash", "avail", null, 3));
    assertThat(book.contacts()).hasSize(1);
    assertThat(book.contacts().get("ash@pc").where())
        .containsExactly(
            new InetSocketAddress(address(2), 5298), new InetSocketAddress(address(3), 5298));
    book.onLost("a");
    assertThat(book.contacts().get("ash@pc").where()).hasSize(1);
  }

  @Test
  void weAreNotShownToOurselvesNorWhoeverTheRosterHas() {
    book.onSeen("self", record("oak@1", "oak", "avail", Samples.address(1), 2));
    book.onSeen("elm", record("elm@2", "elm", "avail", Samples.address(2), 3));
    assertThat(events()).containsExactly(new PlainEvent.Here(elm()));

    roster.add(Samples.address(2));
    book.refresh();
    assertThat(events()).containsExactly(new PlainEvent.Gone(elm()));
    assertThat(book.contacts()).isEmpty();

    roster.clear(); // Their node is gone, and the record is still there.
    book.refresh();
    assertThat(events()).containsExactly(new PlainEvent.Here(elm()));
  }

  private static PlainPerson elm() {
    return new PlainPerson("elm@2", "elm", "avail", "");
  }

  @Test
  void aStreamIsWhoseNameAndAddressItHas() {
    book.onSeen("a", record("ash@pc", "Ash", "avail", null, 2));
    book.onSeen("b", record("yew@pc", "Yew", "avail", null, 3));
    assertThat(caller("ash@pc", 2)).isEqualTo("ash@pc");
    assertThat(caller("ASH@pc", 2)).isEqualTo("ash@pc");
    assertThat(caller("ash@pc", 3)).as("from another's address").isEmpty();
    assertThat(caller("elm@pc", 2)).as("under a name that nobody has").isEmpty();
    assertThat(caller("", 2)).as("without a name").isEqualTo("ash@pc");
    book.onSeen("c", record("fir@pc", "Fir", "avail", null, 2));
    assertThat(caller("", 2)).as("without a name, of two people").isEmpty();
  }

  private String caller(String claimed, int from) {
    return PlainBook.caller(book.contacts(), claimed, address(from))
        .map(c -> c.person().id())
        .orElse("");
  }

  @Test
  void peopleAreFoundByIdentifierAndNameInEitherCase() throws Exception {
    List<PlainPerson> people =
        List.of(
            new PlainPerson("ash@pc", "Ash Tree", "avail", ""),
            new PlainPerson("yew@pc", "Yew", "avail", ""),
            new PlainPerson("yew@box", "Yew", "avail", ""));
    assertThat(PlainBook.find(people, "ASH@pc").id()).isEqualTo("ash@pc");
    assertThat(PlainBook.find(people, "ash").id()).isEqualTo("ash@pc");
    assertThat(PlainBook.find(people, " ash tree ").id()).isEqualTo("ash@pc");
    assertThat(PlainBook.find(people, "yew@box").id()).isEqualTo("yew@box");
    assertThatThrownBy(() -> PlainBook.find(people, "yew"))
        .isInstanceOfSatisfying(
            UnknownPersonException.class, e -> assertThat(e.isSeveral()).isTrue())
        .hasMessage("2 people without Limpet are known as yew, say which: yew@box, yew@pc");
    assertThatThrownBy(() -> PlainBook.find(people, "fir\n"))
        .isInstanceOfSatisfying(
            UnknownPersonException.class, e -> assertThat(e.isSeveral()).isFalse())
        .hasMessage("nobody who chats without Limpet is known as fir");
  }

  @Test
  void aCrowdIsBoundedAndTheFirstComeStay() {
    for (int i = 0; i < 3 * PlainBook.MAX_PEOPLE; i++) {
      book.onSeen("k" + i, record("p" + i + "@pc", "p", "avail", null, 2));
      book.onSeen("p" + i % 20, record("ash@pc", "Ash", "avail", null, i % 200));
    }
    assertThat(book.contacts()).hasSize(PlainBook.MAX_PEOPLE);
    assertThat(book.contacts().get("ash@pc").where()).hasSize(PlainBook.MAX_PLACES);
    assertThat(book.dropped()).isPositive();
  }

  private List<PlainEvent> events() {
    List<PlainEvent> all = new ArrayList<>();
    PlainEvent event;
    while ((event = book.pollEvent()) != null) {
      all.add(event);
    }
    return all;
  }

  private static PlainRecord record(
      String id, String name, String status, @Nullable MeshAddress node, int host) {
    return new PlainRecord(id, name, status, "", List.of(address(host)), 5298, node);
  }

  private static InetAddress address(int host) {
    try {
      return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) host});
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
