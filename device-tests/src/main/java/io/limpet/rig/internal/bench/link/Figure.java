package io.limpet.rig.internal.bench.link;

/** What is measured; milliseconds, as all of it. */
public enum Figure {
  /**
   * From the fault to the first message received that was sent after it, the later of both ways.
   */
  FIRST("firstMs", "first message"),
  /** The longest time that a receiver was without a message, the longer of both ways. */
  PAUSE("pauseMs", "longest pause"),
  /** Until what was wrong was right again, by the journal and by the kernel or the medium. */
  REPAIRED("repairedMs", "repaired"),
  /** Until the old connection was reset. */
  RESET("resetMs", "old one reset"),
  /** The kernel alone: until data flowed on the open connections again. */
  KERNEL_STREAM("streamMs", "stream"),
  /** The kernel alone: until a fresh connection could be made. */
  KERNEL_CONNECT("connectMs", "new connection"),
  /** The kernel alone: for how long it was watched. */
  KERNEL_WATCHED("watchedMs", "watched");

  private final String key;
  private final String title;

  Figure(String key, String title) {
    this.key = key;
    this.title = title;
  }

  /** Returns what result files call it. */
  public String key() {
    return key;
  }

  /** Returns what tables call it. */
  public String title() {
    return title;
  }
}
