package io.limpet.link.internal.limit;

import java.util.concurrent.TimeUnit;

/** Lets through so many per second, and a burst. Sans-IO; not thread-safe. */
public final class TokenBucket {
  private final long intervalNs;
  private final long capacityNs;
  private long creditNs;
  private long lastNs;
  private boolean started;

  /** Makes a full one; a rate of at most a thousand million. */
  public TokenBucket(int perSecond, int burst) {
    this.intervalNs = TimeUnit.SECONDS.toNanos(1) / perSecond;
    this.capacityNs = intervalNs * burst;
    this.creditNs = capacityNs;
  }

  /** Takes one token if there is one. */
  public boolean tryTake(long nowNs) {
    if (!isLeft(nowNs)) {
      return false;
    }
    creditNs -= intervalNs;
    return true;
  }

  /** Says whether there is a token. */
  public boolean isLeft(long nowNs) {
    if (started) {
      long elapsedNs = Math.min(Math.max(0, nowNs - lastNs), capacityNs);
      creditNs = Math.min(capacityNs, creditNs + elapsedNs);
    }
    started = true;
    lastNs = nowNs;
    return creditNs >= intervalNs;
  }
}
