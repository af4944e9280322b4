package io.limpet.rig.internal.bench.link;

/** On whom a fault is measured. */
public enum Subject {
  /** Two nodes with all privileges. */
  LIMPET("limpet", "root"),
  /** Two nodes of an ordinary user. */
  ORDINARY("limpet-ordinary", "ordinary user"),
  /** Two kernels, and nothing that helps them. */
  KERNEL("kernel", "");

  private final String contender;
  private final String as;

  Subject(String contender, String as) {
    this.contender = contender;
    this.as = as;
  }

  /** Returns what result files call it. */
  public String contender() {
    return contender;
  }

  /** Returns as whom it runs. */
  public String as() {
    return as;
  }
}
