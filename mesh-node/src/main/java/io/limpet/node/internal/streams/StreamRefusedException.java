package io.limpet.node.internal.streams;

import java.io.IOException;

/** A stream was not opened; the message is one line fit for a person. */
final class StreamRefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Refusal refusal;

  StreamRefusedException(Refusal refusal, String message) {
    super(message);
    this.refusal = refusal;
  }

  /** The same in the refusal's own words. */
  static StreamRefusedException of(Refusal refusal, String service) {
    return new StreamRefusedException(refusal, refusal.describe(service));
  }

  Refusal refusal() {
    return refusal;
  }
}
