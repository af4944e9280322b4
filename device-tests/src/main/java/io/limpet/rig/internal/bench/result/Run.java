package io.limpet.rig.internal.bench.result;

import io.limpet.rig.internal.bench.stand.Conditions;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one measurement found. A value.
 *
 * @param of what was measured
 * @param contender on whom
 * @param seed of the chance in the air
 * @param values by the metrics' keys; empty when it failed
 * @param conditions under which, or null when it failed before they were known
 * @param attempts how often it was made; more than once when the first was disturbed
 * @param failure one line that says why there are no values, empty otherwise
 */
public record Run(
    Case of,
    String contender,
    long seed,
    Map<String, Double> values,
    @Nullable Conditions conditions,
    int attempts,
    String failure) {
  /** Keeps its own copy. */
  public Run {
    values = Map.copyOf(values);
  }
}
