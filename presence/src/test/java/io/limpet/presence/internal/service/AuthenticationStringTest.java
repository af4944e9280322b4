package io.limpet.presence.internal.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.Bytes;
import io.limpet.presence.Samples;
import org.junit.jupiter.api.Test;

class AuthenticationStringTest {
  private static final Bytes ELM = Samples.key(Samples.address(2));
  private static final Bytes OAK = Samples.key(Samples.address(3));
  private static final Bytes ASH = Samples.key(Samples.address(4));

  /** Two laptops with different versions must read the same: this is a format. */
  @Test
  void bothSidesReadTheSameDigitsAndWhoeverIsInBetweenChangesThem() {
    assertThat(AuthenticationString.of(ELM, OAK)).isEqualTo("96751 66369 97656 30325 87218");
    assertThat(AuthenticationString.of(OAK, ELM)).isEqualTo("96751 66369 97656 30325 87218");
    assertThat(AuthenticationString.of(ELM, ASH)).isNotEqualTo("96751 66369 97656 30325 87218");
  }
}
