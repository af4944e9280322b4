package io.limpet.node.internal.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.MeshAddress;
import org.junit.jupiter.api.Test;

class PlacesTest {
  private final Places places = new Places(5, 2);

  private static MeshAddress peer(int number) {
    return WhoMay.address("2001:20::" + number).orElseThrow();
  }

  @Test
  void nobodyTakesThePlacesOfTheOthers() {
    assertThat(places.take(peer(1))).isTrue();
    assertThat(places.take(peer(1))).isTrue();
    assertThat(places.take(peer(1))).as("a third").isFalse();
    assertThat(places.take(peer(2))).isTrue();
  }

  @Test
  void thereAreNoMoreThanThereAre() {
    for (int number = 1; number <= 5; number++) {
      assertThat(places.take(peer(number))).isTrue();
    }
    assertThat(places.take(peer(6))).isFalse();
    places.give(peer(3));
    assertThat(places.take(peer(6))).isTrue();
    assertThat(places.take(peer(3))).isFalse();
  }

  @Test
  void whatIsGivenBackIsThePeersAgain() {
    places.take(peer(1));
    places.take(peer(1));
    places.give(peer(1));
    assertThat(places.take(peer(1))).isTrue();
    assertThat(places.take(peer(1))).isFalse();
  }
}
