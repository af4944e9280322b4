package io.limpet.link.internal.os;

import java.net.InetAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a monitor knows of an interface beyond its face. A value.
 *
 * @param loopback whether it only reaches this machine
 * @param pointToPoint whether it has but one other end, so that nothing is resolved on it
 * @param enslavedAs the kind of master that takes whatever the interface receives, such as {@code
 *     bridge} or {@code bond}, or null
 * @param prefixLengths of the interface's addresses
 */
public record LinkDetail(
    boolean loopback,
    boolean pointToPoint,
    @Nullable String enslavedAs,
    Map<InetAddress, Integer> prefixLengths) {

  /** Of an interface that nothing is known of. */
  public static final LinkDetail UNKNOWN = new LinkDetail(false, false, null, Map.of());

  /** Copies the map. */
  public LinkDetail {
    prefixLengths = Map.copyOf(prefixLengths);
  }

  /** Returns the prefix length of one of the interface's addresses, or -1 when unknown. */
  public int prefixLength(InetAddress address) {
    return prefixLengths.getOrDefault(address, -1);
  }
}
