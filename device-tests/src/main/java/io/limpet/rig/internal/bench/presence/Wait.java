package io.limpet.rig.internal.bench.presence;

import io.limpet.rig.internal.bench.stand.BenchException;
import io.limpet.rig.internal.laptop.LaptopException;
import io.limpet.rig.internal.laptop.Waiting;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for what others do. */
final class Wait {
  private Wait() {}

  /** Looks every few milliseconds; fails when it is not so in time. */
  static void until(String what, Duration atMost, BooleanSupplier so) throws BenchException {
    try {
      Waiting.until(what, atMost, () -> so.getAsBoolean() ? Boolean.TRUE : null);
    } catch (LaptopException e) {
      throw new BenchException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Looks every few milliseconds, but no longer than that; says whether it was so. */
  static boolean atMost(Duration atMost, BooleanSupplier so) {
    try {
      until("", atMost, so);
      return true;
    } catch (BenchException late) {
      return false;
    }
  }
}
