package io.limpet.node.internal.report;

import io.limpet.link.Diagnosis;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that was wrong for a while. A value.
 *
 * @param began by the first laptop's clock
 * @param ended the same, or null when it was still so at the end of the journals
 * @param who whom it concerned, in words
 * @param pair the two addresses, sorted, or one for what concerns a machine alone
 * @param diagnosis the verdict, or null for what is no matter of paths
 * @param name of the verdict, or what happened in a few words
 * @param meaning what it means, in a sentence
 * @param over how it ended, in words
 * @param evidence sentences with times
 * @param advice what a person can do
 */
record Failure(
    Instant began,
    @Nullable Instant ended,
    String who,
    List<String> pair,
    @Nullable Diagnosis diagnosis,
    String name,
    String meaning,
    String over,
    List<String> evidence,
    List<String> advice) {
  /** Returns how long it lasted, or null when it has not ended. */
  @Nullable Duration lasted() {
    return ended == null ? null : Duration.between(began, ended);
  }
}
