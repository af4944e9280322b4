package io.limpet.tcp.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The marks of RFC 9293 section 3.8.5 by themselves. */
final class UrgentMarksTest {
  private final UrgentMarks marks = new UrgentMarks();

  @Test
  @Tag("MUST-31")
  void must31_urgentDataMayBeLongerThanAPointerCanTell() {
    int start = -30_000;
    marks.mark(start + 200_000);
    assertThat(marks.pointer(start)).isEqualTo(0xFFFF);
    assertThat(marks.pointer(start + 100_000)).isEqualTo(0xFFFF);
    assertThat(marks.pointer(start + 150_000)).isEqualTo(50_000);
    assertThat(marks.pointer(start + 200_000)).isZero();
    marks.onAcknowledged(start + 199_999);
    assertThat(marks.pointer(start + 199_999)).isEqualTo(1);
    marks.onAcknowledged(start + 200_000);
    assertThat(marks.pointer(start)).isZero();
  }

  @Test
  void must32_eachAdvanceIsToldAndNothingElse() {
    int read = -5;
    assertThat(marks.onPointer(read, read)).isFalse();
    assertThat(marks.onPointer(read + 10, read)).isTrue();
    assertThat(marks.onPointer(read + 10, read)).isFalse();
    assertThat(marks.onPointer(read + 4, read)).isFalse();
    assertThat(marks.onPointer(read + 11, read)).isTrue();
    assertThat(marks.left(read)).isEqualTo(11);
    assertThat(marks.left(read + 11)).isZero();
    assertThat(marks.onPointer(read + 11, read + 11)).isFalse();
    assertThat(marks.onPointer(read + 12, read + 11)).isTrue();
  }
}
