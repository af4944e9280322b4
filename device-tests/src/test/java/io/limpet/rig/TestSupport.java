package io.limpet.rig;

import static org.awaitility.Awaitility.await;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;

/** Small things that several tests need. */
final class TestSupport {
  private TestSupport() {}

  static void awaitLine(RigProcess process, String line) {
    await(line)
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(20))
        .failFast(
            "the process ended: " + process.pid(), () -> !process.isAlive() && !has(process, line))
        .until(() -> has(process, line));
  }

  static InetAddress linkLocal(byte[] octets, int interfaceIndex) {
    try {
      return Inet6Address.getByAddress(null, octets, interfaceIndex);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean has(RigProcess process, String line) {
    return process.stdout().lines().anyMatch(line::equals);
  }
}
