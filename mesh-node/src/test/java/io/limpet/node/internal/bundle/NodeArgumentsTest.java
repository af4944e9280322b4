package io.limpet.node.internal.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NodeArgumentsTest {
  @Test
  void optionsAreKeptAndCommandsOfTheSiteAreNot() {
    assertThat(
            NodeArguments.of(
                    List.of(
                        "java",
                        "-cp",
                        "x",
                        "Main",
                        "--home",
                        "h",
                        "node",
                        "--name",
                        "oak",
                        "--site-hook",
                        "mend --password=p",
                        "--site-hook=mend p",
                        "--perf",
                        ""))
                .map(Object::toString))
        .contains(
            "{\"arguments\":[\"--name\",\"oak\",\"--site-hook\",\"(left out)\","
                + "\"--site-hook=(left out)\",\"--perf\"]}");
  }

  @Test
  void whatIsNoNodeHasNone() {
    assertThat(NodeArguments.of(List.of("java", "Main", "peers"))).isEmpty();
    assertThat(NodeArguments.of(Long.MAX_VALUE)).isEmpty();
  }
}
