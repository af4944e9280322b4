package io.limpet.link.internal.session;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;

/**
 * How many datagrams were dropped, by reason. A flood of rubbish allocates nothing here. Not
 * thread-safe.
 *
 * @param <R> the reasons
 * @param <A> what the caller is answered, made once for each reason
 */
public final class RejectCounters<R extends Enum<R>, A> {
  private final Map<R, Entry<A>> entries;

  /** Nothing was dropped yet. */
  public RejectCounters(Class<R> reasons, Function<R, A> answer) {
    entries = new EnumMap<>(reasons);
    for (R reason : reasons.getEnumConstants()) {
      entries.put(reason, new Entry<>(answer.apply(reason)));
    }
  }

  /** Counts one and returns what to answer the caller. */
  public A reject(R reason) {
    Entry<A> entry = entry(reason);
    entry.count++;
    return entry.answer;
  }

  /** Returns how many were dropped for a reason. */
  public long count(R reason) {
    return entry(reason).count;
  }

  private Entry<A> entry(R reason) {
    Entry<A> entry = entries.get(reason);
    if (entry == null) {
      throw new AssertionError("there is an entry for each reason");
    }
    return entry;
  }

  private static final class Entry<A> {
    final A answer;
    long count;

    Entry(A answer) {
      this.answer = answer;
    }
  }
}
