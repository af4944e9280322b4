package io.limpet.tcp.internal.engine;

import io.limpet.tcp.internal.wire.SegmentCodec.ParseResult;

/** What became of the bytes an endpoint was given. Not thread-safe. */
final class EndpointCounters {
  private final long[] byResult = new long[ParseResult.values().length];

  void count(ParseResult result) {
    byResult[result.ordinal()]++;
  }

  /** Returns how many segments had a result. */
  long of(ParseResult result) {
    return byResult[result.ordinal()];
  }
}
