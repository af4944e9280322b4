package io.limpet.rig.internal.bench.group;

import io.limpet.rig.RigDevice;
import io.limpet.rig.internal.bench.stand.BenchException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One crowd at a time in the same devices: a spoilt one is replaced. */
final class Crowds implements AutoCloseable {
  private final String program;
  private final List<RigDevice> devices;
  private @Nullable Crowd crowd;

  Crowds(String program, List<RigDevice> devices) {
    this.program = program;
    this.devices = devices;
  }

  /** Returns one that is not spoilt, which is started if there is none. */
  Crowd fresh() throws BenchException {
    Crowd here = crowd;
    if (here == null) {
      here = Crowd.start(program, devices);
      crowd = here;
    }
    return here;
  }

  boolean isSpoilt() {
    return crowd == null;
  }

  /** Ends the one there is: it is busy with what nobody asks for any more. */
  void spoil() {
    if (crowd != null) {
      crowd.close();
      crowd = null;
    }
  }

  @Override
  public void close() {
    spoil();
  }
}
