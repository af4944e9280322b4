package io.limpet.tcp.internal.engine;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.Tag;

/**
 * Whatever a peer sends, an application asks for, and the clock shows, an endpoint throws nothing,
 * keeps within its memory, and finds no end of work at no moment.
 */
@Tag("fuzz")
@Tag("fuzz-search")
final class EndpointFuzzTest {
  private static final int MAX_STEPS = 400;

  @FuzzTest(maxDuration = "12s")
  void anything(FuzzedDataProvider data) throws Exception {
    FuzzWorld world = new FuzzWorld(data);
    for (int i = 0; i < MAX_STEPS && data.remainingBytes() > 0; i++) {
      world.step();
    }
    world.end();
  }
}
