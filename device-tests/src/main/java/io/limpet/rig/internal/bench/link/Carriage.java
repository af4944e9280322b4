package io.limpet.rig.internal.bench.link;

import io.limpet.node.internal.perf.StreamLog.Arrivals;
import io.limpet.rig.internal.bench.stand.BenchException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Something that carries streams of messages between two devices. Safe for any thread. */
interface Carriage extends AutoCloseable {
  /** Messages are sent so often. */
  int INTERVAL_MS = 20;

  /** And have so many bytes. */
  int MESSAGE_BYTES = 64;

  /** For longer than any fault is watched. */
  int AT_MOST = 20_000;

  /** Which way messages go. */
  enum Way {
    /** From the first device to the second. */
    THERE,
    /** From the second to the first. */
    BACK
  }

  /**
   * Opens a connection and sends on it until it is stopped.
   *
   * @return how many messages were sent, once all have been received; or why not
   */
  CompletableFuture<Integer> open(Way way);

  /** Ends the streams of a way in order. */
  void stop(Way way) throws BenchException;

  /** Returns what was received on each stream of a way since {@link #forget}, oldest first. */
  List<Arrivals> arrived(Way way) throws BenchException;

  /** Forgets what was received. */
  void forget() throws BenchException;

  /** Ends everything. */
  @Override
  void close();
}
