package io.limpet.rig.internal.bench.run;

import io.limpet.rig.internal.bench.stand.BenchException;
import io.limpet.rig.internal.bench.stand.Stand;
import io.limpet.rig.internal.bench.workload.Ground;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The stands that are up. Safe for any thread, as long as one uses each stand. */
final class Arena implements AutoCloseable {
  private final Map<Ground, Stand> stands = new HashMap<>();

  /** Why something does not run here at all: it is not tried again. */
  private final Map<Ground, String> impossible = new ConcurrentHashMap<>();

  /** Returns a stand, which is started if it is not up. One after the other: a start is work. */
  synchronized Stand stand(Ground ground) throws BenchException {
    Stand stand = stands.get(ground);
    if (stand != null) {
      return stand;
    }
    String why = impossible.get(ground);
    if (why != null) {
      throw new BenchException(why);
    }
    try {
      stand = Stand.start(ground.contenders(), ground.overMedium(), ground.warm());
    } catch (BenchException e) {
      impossible.put(ground, String.valueOf(e.getMessage()));
      throw e;
    }
    stands.put(ground, stand);
    return stand;
  }

  /** Takes a stand down, if it is up. */
  void drop(Ground ground) {
    @Nullable Stand stand;
    synchronized (this) {
      stand = stands.remove(ground);
    }
    if (stand != null) {
      stand.close();
    }
  }

  @Override
  public void close() {
    for (Ground ground : Map.copyOf(stands).keySet()) {
      drop(ground);
    }
  }
}
