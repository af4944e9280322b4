package io.limpet.node.internal.bundle;

/** The names of what is in an archive. */
public final class Bundle {
  /** Raised when a file goes or changes its meaning; not when one is added. */
  public static final int FORMAT = 1;

  public static final String MANIFEST = "manifest.json";
  static final String JOURNAL = "journal/";
  static final String TRACE = "trace.pcapng";

  /** A capture larger than this is no evidence any more, but a load. */
  public static final long MOST_TRACE_BYTES = 64 << 20;

  private Bundle() {}
}
