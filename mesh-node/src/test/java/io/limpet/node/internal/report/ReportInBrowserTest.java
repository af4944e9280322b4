package io.limpet.node.internal.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real browser makes of a report what it should. */
@Tag("kernel")
@Timeout(90)
class ReportInBrowserTest {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");

  @TempDir Path folder;

  private String chromium(Path page, String... options) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                CHROMIUM.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--user-data-dir=" + folder.resolve("profile")));
    command.addAll(List.of(options));
    command.add(page.toUri().toString());
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("the browser ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return Files.readString(output, StandardCharsets.UTF_8);
  }

  @Test
  void aBrowserShowsTheStoryAndRunsNothingOfIt() throws Exception {
    assumeTrue(Files.isExecutable(CHROMIUM), "needs chromium");
    String nickname = "elm<script>document.title='hacked'</script><img src=x onerror=alert(1)>";
    Path page = folder.resolve("report.html");
    Files.writeString(page, Report.of(TwoLaptops.story(folder, nickname, null)).html());
    Path picture = folder.resolve("phone.png");
    String dom = chromium(page, "--dump-dom", "--window-size=500,900", "--screenshot=" + picture);
    assertThat(dom)
        .contains("UNICAST_BLACKHOLE", "NEIGHBOUR_STALE", "elm&lt;script&gt;")
        .doesNotContain("<script", "<img", "<title>hacked");
    assertThat(coloursOf(ImageIO.read(picture.toFile()))).hasSizeGreaterThan(20);
  }

  /** Colours that cover more than a dot: a blank page, or one that failed, has few. */
  private static Map<Integer, Integer> coloursOf(BufferedImage picture) {
    assertThat(picture.getWidth()).isEqualTo(500);
    Map<Integer, Integer> colours = new HashMap<>();
    for (int x = 0; x < picture.getWidth(); x++) {
      for (int y = 0; y < picture.getHeight(); y++) {
        colours.merge(picture.getRGB(x, y), 1, Integer::sum);
      }
    }
    colours.values().removeIf(pixels -> pixels < 5);
    return colours;
  }
}
