package io.limpet.link.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DuplicateFilterTest {
  private final DuplicateFilter filter = new DuplicateFilter();

  @Test
  void oneCopyOfEachPassesInWhateverOrder() {
    int first = Integer.MAX_VALUE - 2;
    for (int id : new int[] {first, first + 2, first + 1, first + 5}) {
      assertThat(filter.isFirst(id)).as("first copy of " + id).isTrue();
    }
    for (int id : new int[] {first, first + 2, first + 1, first + 5}) {
      assertThat(filter.isFirst(id)).as("second copy of " + id).isFalse();
    }
    assertThat(filter.isFirst(first + 4)).isTrue();
  }

  @Test
  void aLeapForgetsWhatIsFarBehind() {
    filter.isFirst(0);
    assertThat(filter.isFirst(1_000_000)).isTrue();
    assertThat(filter.isFirst(1_000_000)).isFalse();
    assertThat(filter.isFirst(999_999)).isTrue();
  }
}
