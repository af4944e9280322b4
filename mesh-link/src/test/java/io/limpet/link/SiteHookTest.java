package io.limpet.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SiteHookTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "iw dev {interface} mpath del {mac} | iw,dev,{interface},mpath,del,{mac}",
        "/bin/a 'b c' d | /bin/a,b c,d",
        "/bin/a \"b \\\" c\"'d' | /bin/a,b \" cd",
        "/bin/a b\\ c | /bin/a,b c",
        "/bin/a '' | /bin/a,",
        "/bin/a 'x\\y' | /bin/a,x\\y",
        "/bin/a ;rm $HOME `x` > y && z | /bin/a,;rm,$HOME,`x`,>,y,&&,z"
      })
  void wordsAreSplitAsPeopleExpectAndNothingElseHasAMeaning(String command, String words) {
    assertThat(String.join(",", SiteHook.parse(command.strip()).words())).isEqualTo(words);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "   ",
        "/bin/a {host}",
        "/bin/a {}",
        "/bin/a {mac",
        "/bin/a mac}",
        "/bin/a {{mac}}",
        "{mac} x",
        "/bin/a 'open",
        "/bin/a \"open",
        "/bin/a \\",
        "/bin/a\nb"
      })
  void whatCannotBeMeantIsRefusedInOneLine(String command) {
    assertThatThrownBy(() -> SiteHook.parse(command))
        .isInstanceOf(IllegalArgumentException.class)
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
  }

  @Test
  void anUnknownPlaceholderIsNamedAndSoAreTheKnown() {
    assertThatThrownBy(() -> SiteHook.parse("/bin/a {host}"))
        .hasMessageContaining("{host}")
        .hasMessageContaining("{interface}, {mac}, {ip} and {peer}");
  }

  @Test
  void itsSizeAndItsTimeAreBounded() {
    assertThatThrownBy(() -> SiteHook.parse("/bin/a " + "x ".repeat(64)))
        .hasMessageContaining("64 words");
    assertThatThrownBy(() -> SiteHook.parse("x".repeat(5000))).hasMessageContaining("4096");
    SiteHook hook = SiteHook.parse("/bin/a");
    assertThatThrownBy(() -> hook.withTimeout(Duration.ofMinutes(2))).hasMessageContaining("60 s");
  }
}
