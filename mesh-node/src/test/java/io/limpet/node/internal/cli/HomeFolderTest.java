package io.limpet.node.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limpet.node.NodeException;
import io.limpet.node.internal.runtime.LiveNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes in one home folder would share an identity. */
class HomeFolderTest {
  @TempDir Path folder;

  @Test
  void aSecondNodeOfAHomeFolderIsRefusedWhicheverProcessItIsIn() throws Exception {
    try (OakAndElm two = new OakAndElm(folder)) {
      LiveNode oak = two.start("oak");
      assertThatThrownBy(() -> two.start("oak"))
          .isInstanceOf(NodeException.class)
          .hasMessageContaining("another node uses home folder");

      for (String how : List.of("--until-stdin-closes", "--background")) {
        Process other =
            new ProcessBuilder(
                    List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LimpetMain.class.getName(),
                        "--home",
                        folder.resolve("oak").toString(),
                        "node",
                        how))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        other.getOutputStream().close(); // one that starts nevertheless does not stay
        String err = new String(other.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(other.waitFor()).isEqualTo(1);
        assertThat(err)
            .contains("another node uses home folder " + folder.resolve("oak"), "--home")
            .hasLineCount(1);
      }
      assertThat(two.as("oak", "status").exit()).as("the first is as it was").isZero();

      two.stop(oak);
      two.start("oak");
      assertThat(two.as("oak", "status").exit()).as("a folder that is let go of is free").isZero();
    }
  }
}
