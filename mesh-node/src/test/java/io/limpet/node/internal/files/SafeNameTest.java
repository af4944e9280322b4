package io.limpet.node.internal.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of the network become names of files, and nothing more. */
class SafeNameTest {
  @ParameterizedTest
  @CsvSource({
    "leaf.jpg, leaf.jpg",
    "../../etc/passwd, passwd",
    "C:\\Windows\\notepad.exe, notepad.exe",
    ".bashrc, bashrc",
    "..., file",
    "'', file",
    "-rf, rf",
    "'a\u0000b\nc\u202etxt.exe', abctxt.exe",
    "a:b?c*.txt, a_b_c_.txt",
    "con, _con",
    "LPT1.txt, _LPT1.txt",
    "Bäume und Blätter.txt, Bäume und Blätter.txt",
    "trailing. , trailing",
  })
  void aNameIsMadeHarmless(String given, String name) {
    assertThat(SafeName.of(given)).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ä", "x", "\ud83c\udf33"})
  void aLongNameKeepsItsExtension(String letter) {
    String name = SafeName.of(letter.repeat(300) + ".tar");
    assertThat(name).endsWith(letter + ".tar");
    assertThat(name.getBytes(StandardCharsets.UTF_8).length)
        .isBetween(SafeName.MAX_BYTES - 4, SafeName.MAX_BYTES);
  }

  @Test
  void aTakenNameGetsANumberBeforeItsExtension() {
    assertThat(SafeName.numbered("leaf.jpg", 2)).isEqualTo("leaf (2).jpg");
    assertThat(SafeName.numbered("leaf", 3)).isEqualTo("leaf (3)");
  }

  @Test
  void whateverComesIsOneNameInOneFolder() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Path folder = Path.of("/into");
    for (int i = 0; i < 4_000; i++) {
      StringBuilder given = new StringBuilder();
      for (int letter = random.nextInt(30); letter > 0; letter--) {
        given.append(
            random.nextBoolean()
                ? "./\\~- \t\n:\u0000\u202e\ud800".charAt(random.nextInt(12))
                : (char) random.nextInt(0x10000));
      }
      String name = SafeName.of(given.toString());
      Path path = folder.resolve(name);
      assertThat(path.getParent()).as("seed %d: %s", seed, given).isEqualTo(folder);
      assertThat(path.normalize()).as("seed %d", seed).isEqualTo(path);
      assertThat(name).doesNotStartWith(".").doesNotStartWith("-");
      assertThat(name.codePoints().noneMatch(Character::isISOControl)).isTrue();
    }
  }
}
