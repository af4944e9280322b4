package io.limpet.tcp.internal.engine;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@link SwarmTest} at length. */
@Tag("long")
final class FullSwarmTest {
  private static final int WORLDS = 10_000;

  @Test
  void noWorldOfManyIsOutOfJoint() throws Exception {
    Swarm.run(WORLDS);
  }
}
