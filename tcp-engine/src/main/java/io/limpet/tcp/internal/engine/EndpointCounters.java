package io.limpet.tcp.internal.engine;

import io.limpet.tcp.internal.wire.SegmentCodec.ParseResult;

/** What became of the bytes an endpoint was given. Not thread-safe. */
@SuppressWarnings(
    "EnumOrdinal") // an array by ordinal is the cheapest table, and never leaves this class
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
