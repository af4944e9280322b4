package io.limpet.link.internal.os;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Lets through so many in a burst and then one each interval, for each key by itself. Of keys that
 * come when there are too many, the one that was quiet for longest is forgotten. Sans-IO; not
 * thread-safe.
 *
 * @param <K> what is limited, with value equality
 */
public final class KeyedRateLimit<K> {
  private final int burst;
  private final long intervalNs;
  private final Map<K, Bucket> buckets;

  private static final class Bucket {
    private long creditNs;
    private long lastNs;
  }

  /** Makes a limit that remembers so many keys. */
  public KeyedRateLimit(int burst, long intervalNs, int maxKeys) {
    this.burst = burst;
    this.intervalNs = intervalNs;
    this.buckets =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<K, Bucket> eldest) {
            return size() > maxKeys;
          }
        };
  }

  /** Takes one of a key's turns if there is one left. */
  public boolean tryTake(long nowNs, K key) {
    long capacityNs = burst * intervalNs;
    Bucket bucket = buckets.get(key);
    if (bucket == null) {
      bucket = new Bucket();
      bucket.creditNs = capacityNs;
      bucket.lastNs = nowNs;
      buckets.put(key, bucket);
    }
    long elapsedNs = Math.min(Math.max(0, nowNs - bucket.lastNs), capacityNs);
    bucket.creditNs = Math.min(capacityNs, bucket.creditNs + elapsedNs);
    bucket.lastNs = nowNs;
    if (bucket.creditNs < intervalNs) {
      return false;
    }
    bucket.creditNs -= intervalNs;
    return true;
  }
}
