package io.limpet.link.internal.os.linkd.daemon;

import io.limpet.link.Bytes;
import io.limpet.link.LinkInterface;
import io.limpet.link.internal.os.LinkDetail;
import io.limpet.link.internal.os.NeighbourEntry;
import io.limpet.link.internal.os.NeighbourState;
import io.limpet.link.internal.os.NetworkMonitor;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A machine with an interface for the daemon, one that is down, and one that is not its own. */
final class FakeMachine implements NetworkMonitor {
  static final Set<String> NAMED = Set.of("wlan0", "down0", "absent0");

  final Map<InetAddress, NeighbourState> entries = new HashMap<>();

  static InetAddress ip(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  static Bytes mac(String text) {
    return Bytes.of(HexFormat.ofDelimiter(":").parseHex(text));
  }

  @Override
  public void start(Listener listener) {}

  @Override
  public List<LinkInterface> interfaces() {
    return List.of(
        new LinkInterface(1, "wlan0", mac("02:00:00:00:00:01"), own(), true, true, 1500),
        new LinkInterface(
            2, "eth0", mac("02:00:00:00:00:0e"), List.of(ip("192.168.7.1")), true, true, 1500),
        new LinkInterface(3, "down0", mac("02:00:00:00:00:0f"), own(), false, true, 1500));
  }

  private static List<InetAddress> own() {
    return List.of(ip("10.0.0.1"), ip("fe80::1"));
  }

  @Override
  public LinkDetail detail(int interfaceIndex) {
    Map<InetAddress, Integer> prefixes =
        interfaceIndex == 1
            ? Map.of(ip("10.0.0.1"), 24, ip("fe80::1"), 64, ip("2001:db8::1"), 64)
            : Map.of(ip("192.168.7.1"), 24);
    return new LinkDetail(false, false, null, prefixes);
  }

  @Override
  public Optional<NeighbourEntry> neighbour(int interfaceIndex, InetAddress ip) {
    return Optional.ofNullable(entries.get(ip))
        .map(state -> new NeighbourEntry(interfaceIndex, ip, null, state));
  }

  @Override
  public boolean seesNeighbours() {
    return true;
  }

  @Override
  public void close() {}
}
