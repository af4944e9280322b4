package io.limpet.link.internal.os.portable;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Picks on-link IPv4 addresses that nobody is known to use, another at each call: the kernel sends
 * no new request for an address whose last one is still unanswered. Not thread-safe.
 */
final class UnusedAddressPicker {
  private static final int REMEMBERED = 64;
  private static final int RANDOM_TRIES = 64;
  private static final long MAX_SCAN = 1024;

  private final RandomGenerator random;
  private final Set<Inet4Address> recent = new LinkedHashSet<>();

  UnusedAddressPicker(RandomGenerator random) {
    this.random = random;
  }

  /**
   * Picks an address of the subnet of {@code own}, never the subnet's own or its broadcast address.
   *
   * @param prefixLength 1..30, else nothing is picked; a subnet longer than 30 bits has no address
   *     to spare
   * @param taken says which addresses must not be picked
   */
  Optional<Inet4Address> pick(Inet4Address own, int prefixLength, Predicate<InetAddress> taken) {
    if (prefixLength < 1 || prefixLength > 30) {
      return Optional.empty();
    }
    long hosts = (1L << (32 - prefixLength)) - 2;
    long subnet = Integer.toUnsignedLong(ByteBuffer.wrap(own.getAddress()).getInt()) & -(hosts + 2);
    for (int i = 0; i < RANDOM_TRIES; i++) {
      Inet4Address candidate = address(subnet + 1 + random.nextLong(hosts));
      if (!candidate.equals(own) && !recent.contains(candidate) && !taken.test(candidate)) {
        return Optional.of(remember(candidate));
      }
    }
    return scan(own, subnet, hosts, taken);
  }

  /** Small and crowded subnets: looks at each address, and takes a used one again if it must. */
  private Optional<Inet4Address> scan(
      Inet4Address own, long subnet, long hosts, Predicate<InetAddress> taken) {
    Inet4Address again = null;
    for (long offset = 1; offset <= Math.min(hosts, MAX_SCAN); offset++) {
      Inet4Address candidate = address(subnet + offset);
      if (candidate.equals(own) || taken.test(candidate)) {
        continue;
      }
      if (!recent.contains(candidate)) {
        return Optional.of(remember(candidate));
      }
      again = again == null ? candidate : again;
    }
    return Optional.ofNullable(again);
  }

  private Inet4Address remember(Inet4Address picked) {
    if (recent.size() >= REMEMBERED) {
      recent.remove(recent.iterator().next());
    }
    recent.add(picked);
    return picked;
  }

  private static Inet4Address address(long value) {
    try {
      byte[] bytes = ByteBuffer.allocate(4).putInt((int) value).array();
      return (Inet4Address) InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new AssertionError("four bytes are an IPv4 address", e);
    }
  }
}
