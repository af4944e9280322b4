package io.limpet.tcp.internal.engine;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whatever paths and nodes do, no connection says what is not so, and when they behave again
 * everything arrives and everything ends. {@link FullSwarmTest} runs many more worlds.
 */
final class SwarmTest {
  private static final int WORLDS = 200;

  @Test
  @Tag("SHLD-14")
  void noWorldIsOutOfJoint() throws Exception {
    Swarm.run(WORLDS);
  }
}
