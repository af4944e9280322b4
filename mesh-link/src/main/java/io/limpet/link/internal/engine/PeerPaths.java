package io.limpet.link.internal.engine;

import io.limpet.link.Bytes;
import io.limpet.link.Carrier;
import io.limpet.link.internal.path.CarrierNumber;
import io.limpet.link.internal.path.InboundLink;
import io.limpet.link.internal.path.InboundPath;
import io.limpet.link.internal.path.OutboundPath;
import io.limpet.link.internal.path.PathSelector;
import io.limpet.link.internal.wire.Hello;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The paths to and from one peer, and what its hellos said of its addresses. Not thread-safe. */
final class PeerPaths {
  private static final int MAX_INBOUND = 64;
  private static final int MAX_MACS = 32;
  private static final long FRESH_NS = 10_000_000_000L;
  private static final long HOME_NS = 20_000_000_000L;
  private static final int MAX_REMEMBERED = 32;

  private final PathSelector selector;
  private final PortTable ports;
  private final Map<Integer, OutboundPath> outbound = new LinkedHashMap<>();
  private final Map<Integer, InboundPath> inbound = new LinkedHashMap<>();
  private final Map<Integer, InboundLink> heardOn = new LinkedHashMap<>();
  private final Map<InetAddress, Bytes> macs = new LinkedHashMap<>();
  private final Map<InetAddress, Long> homesAtNs = new LinkedHashMap<>();
  private final Map<Place, Optional<InetSocketAddress>> remembered = new LinkedHashMap<>();

  // What was done for the datagram before, which most often holds for the next one as well.
  private @Nullable LinkPort ensuredPort;
  private @Nullable InboundPath sharedFrom;
  private int sharedPlace;
  private double sharedLoss;

  /** Where a path was; by name, because an interface that comes back has another index. */
  private record Place(String interfaceName, Carrier carrier) {}

  PeerPaths(PathSelector selector, PortTable ports) {
    this.selector = selector;
    this.ports = ports;
  }

  /** Makes sure that the multicast paths of an interface, on which the peer was heard, exist. */
  @SuppressWarnings("ReferenceEquality") // The very port of the datagram before, or look again.
  void ensureMulticast(long nowNs, LinkPort port) {
    if (port == ensuredPort) {
      return;
    }
    for (Carrier carrier : port.carriers()) {
      if (carrier.isMulticast()) {
        ensure(nowNs, port, carrier, null);
      }
    }
    ensuredPort = port;
  }

  private @Nullable OutboundPath ensure(
      long nowNs, LinkPort port, Carrier carrier, @Nullable InetSocketAddress destination) {
    int number = ports.pathNumber(port.nif().index(), carrier);
    OutboundPath known = outbound.get(number);
    if (known != null) {
      return known;
    }
    OutboundPath made =
        new OutboundPath(number, port.nif().index(), port.nif().name(), carrier, destination);
    made.setRate(port.bitsPerSecond());
    made.mtu()
        .setCeiling(nowNs, port.maxDatagramBytes(carrier), port.largestDatagramBytes(carrier));
    outbound.put(number, made);
    link(port.nif().index(), carrier);
    sharedFrom = null;
    selector.add(nowNs, made);
    return made;
  }

  /** Learns from a fresh hello where unicast goes; returns the paths whose destination changed. */
  List<OutboundPath> learn(long nowNs, LinkPort port, Hello hello, InetSocketAddress source) {
    List<OutboundPath> changed = new ArrayList<>();
    noteHomes(nowNs, hello);
    for (Carrier carrier : List.of(Carrier.UNICAST_IPV4, Carrier.UNICAST_IPV6)) {
      if (!port.carriers().contains(carrier)) {
        continue;
      }
      InetAddress ip = pick(hello, source.getAddress(), carrier);
      if (ip == null) {
        continue;
      }
      InetSocketAddress wanted =
          new InetSocketAddress(scoped(ip, port.nif().index()), hello.unicastPort());
      OutboundPath path = outbound.get(ports.pathNumber(port.nif().index(), carrier));
      if (path == null) {
        ensure(nowNs, port, carrier, wanted);
      } else if (mayMove(nowNs, path, hello, wanted)) {
        path.setDestination(wanted);
        changed.add(path);
      }
    }
    return changed;
  }

  /** A second interface of the peer on our network must not pull a working path to and fro. */
  private boolean mayMove(long nowNs, OutboundPath path, Hello hello, InetSocketAddress wanted) {
    InetSocketAddress current = path.destination();
    if (current == null || current.equals(wanted)) {
      return current == null;
    }
    if (hello.ipAddresses().contains(current.getAddress())) {
      return current.getPort() != wanted.getPort();
    }
    Bytes mac = macs.get(current.getAddress());
    boolean sameInterface = mac != null && Objects.equals(mac, hello.mac());
    return sameInterface || path.isLate(nowNs) || path.proofAgeNs(nowNs) > FRESH_NS;
  }

  private void noteHomes(long nowNs, Hello hello) {
    for (InetAddress ip : hello.ipAddresses()) {
      homesAtNs.remove(ip);
      homesAtNs.put(ip, nowNs);
    }
    while (homesAtNs.size() > MAX_MACS) {
      homesAtNs.remove(homesAtNs.keySet().iterator().next());
    }
  }

  /**
   * Says whether a path shall stay where it is although the peer sends from elsewhere: it has two
   * interfaces on our network, says hello on both, and the one that we use works.
   */
  boolean isSettled(long nowNs, OutboundPath path, InetSocketAddress source) {
    InetSocketAddress current = path.destination();
    return current != null
        && !current.getAddress().equals(source.getAddress())
        && path.isProven()
        && !path.isLate(nowNs)
        && isHome(nowNs, current.getAddress())
        && isHome(nowNs, source.getAddress());
  }

  private boolean isHome(long nowNs, InetAddress ip) {
    Long at = homesAtNs.get(ip);
    return at != null && nowNs - at < HOME_NS;
  }

  private static @Nullable InetAddress pick(Hello hello, InetAddress source, Carrier carrier) {
    boolean ipv6 = carrier.isIpv6();
    if (isFamily(source, ipv6) && hello.ipAddresses().contains(source)) {
      return source;
    }
    for (InetAddress ip : hello.ipAddresses()) {
      if (isFamily(ip, ipv6) && (!ipv6 || ip.isLinkLocalAddress())) {
        return ip;
      }
    }
    return null;
  }

  /** A link-local address means nothing without the interface that it is on. */
  private static InetAddress scoped(InetAddress ip, int interfaceIndex) {
    if (!(ip instanceof Inet6Address)) {
      return ip;
    }
    try {
      return Inet6Address.getByAddress(null, ip.getAddress(), interfaceIndex);
    } catch (UnknownHostException e) {
      throw new AssertionError("an address keeps its length", e);
    }
  }

  private static boolean isFamily(InetAddress ip, boolean ipv6) {
    return ip instanceof Inet4Address != ipv6;
  }

  /**
   * Notes the MAC that a signed hello names for its addresses.
   *
   * @return the addresses whose MAC is another than before
   */
  Set<InetAddress> learnMacs(Hello hello) {
    Bytes mac = hello.mac();
    Set<InetAddress> changed = new LinkedHashSet<>();
    if (mac == null) {
      return changed;
    }
    for (InetAddress ip : hello.ipAddresses()) {
      Bytes before = macs.remove(ip);
      macs.put(ip, mac);
      if (before != null && !before.equals(mac)) {
        changed.add(ip);
      }
    }
    while (macs.size() > MAX_MACS) {
      macs.remove(macs.keySet().iterator().next());
    }
    return changed;
  }

  @Nullable Bytes macOf(InetAddress ip) {
    return macs.get(ip);
  }

  /** Returns the path of an arrival, made now when the peer was never heard there. */
  @Nullable OutboundPath reverse(
      long nowNs, LinkPort port, Carrier carrier, InetSocketAddress source) {
    return ensure(nowNs, port, carrier, carrier.isMulticast() ? null : source);
  }

  /** Notes that something authentic was heard on a carrier. */
  void onHeard(long nowNs, int interfaceIndex, Carrier carrier) {
    link(interfaceIndex, carrier).onHeard(nowNs);
  }

  /** Returns the carriers of an interface on which the peer was heard lately. */
  Set<Carrier> heardLately(long nowNs, int interfaceIndex, long withinNs) {
    Set<Carrier> carriers = EnumSet.noneOf(Carrier.class);
    for (Carrier carrier : Carrier.values()) {
      if (heardAgeNs(nowNs, interfaceIndex, carrier) <= withinNs) {
        carriers.add(carrier);
      }
    }
    return carriers;
  }

  /** Returns the time since a carrier was last heard, or {@link Long#MAX_VALUE}. */
  long heardAgeNs(long nowNs, int interfaceIndex, Carrier carrier) {
    InboundLink link = heardOn.get(CarrierNumber.place(interfaceIndex, carrier));
    return link == null ? Long.MAX_VALUE : link.heardAgeNs(nowNs);
  }

  /** Returns the time since multicast of either family was heard on an interface. */
  long multicastAgeNs(long nowNs, int interfaceIndex) {
    return Math.min(
        heardAgeNs(nowNs, interfaceIndex, Carrier.MULTICAST_IPV4),
        heardAgeNs(nowNs, interfaceIndex, Carrier.MULTICAST_IPV6));
  }

  /** Returns the way from the peer to an interface of ours that is in use. */
  InboundLink link(int interfaceIndex, Carrier carrier) {
    int place = CarrierNumber.place(interfaceIndex, carrier);
    InboundLink known = heardOn.get(place);
    if (known == null) {
      known = new InboundLink(interfaceIndex, carrier);
      heardOn.put(place, known);
    }
    return known;
  }

  /** Returns every way from the peer to here; a view. */
  Collection<InboundLink> links() {
    return heardOn.values();
  }

  /** Returns the share that is lost on a way from the peer, or NaN when it is not known. */
  double inboundLoss(int interfaceIndex, Carrier carrier) {
    for (InboundPath path : inbound.values()) {
      if (path.interfaceIndex() == interfaceIndex
          && path.carrier() == carrier
          && path.loss().isKnown()) {
        return path.loss().loss();
      }
    }
    return Double.NaN;
  }

  @Nullable InboundPath inbound(int number, int interfaceIndex, Carrier carrier) {
    InboundPath path = inbound.get(number);
    if (path == null && inbound.size() < MAX_INBOUND) {
      path = new InboundPath(number, interfaceIndex, carrier);
      inbound.put(number, path);
    }
    return path;
  }

  /** Lets the way back into the patience with the way there. */
  void shareInboundLoss(InboundPath from) {
    double loss = from.loss().loss();
    int place = CarrierNumber.place(from.interfaceIndex(), from.carrier());
    if (from == sharedFrom && place == sharedPlace && loss == sharedLoss) {
      return;
    }
    for (OutboundPath path : outbound.values()) {
      if (path.interfaceIndex() == from.interfaceIndex() && path.carrier() == from.carrier()) {
        path.setInboundLoss(loss);
      }
    }
    sharedFrom = from;
    sharedPlace = place;
    sharedLoss = loss;
  }

  /** The peer says that it hears us by multicast on an interface. */
  void onMulticastHint(long nowNs, int interfaceIndex) {
    for (OutboundPath path : outbound.values()) {
      if (path.interfaceIndex() == interfaceIndex && path.carrier().isMulticast()) {
        path.onHint(nowNs);
      }
    }
  }

  @Nullable OutboundPath outbound(int number) {
    return outbound.get(number);
  }

  Collection<OutboundPath> outbound() {
    return outbound.values();
  }

  Collection<InboundPath> inbound() {
    return inbound.values();
  }

  /** Removes the paths of an interface, all or those whose carrier is no longer there. */
  void prune(long nowNs, int interfaceIndex, Set<Carrier> remaining) {
    ensuredPort = null;
    heardOn
        .values()
        .removeIf(
            link -> link.interfaceIndex() == interfaceIndex && !remaining.contains(link.carrier()));
    List<OutboundPath> gone = new ArrayList<>();
    for (OutboundPath path : outbound.values()) {
      if (path.interfaceIndex() == interfaceIndex && !remaining.contains(path.carrier())) {
        gone.add(path);
      }
    }
    for (OutboundPath path : gone) {
      outbound.remove(path.number());
      remember(path);
      selector.remove(nowNs, path);
    }
  }

  private void remember(OutboundPath path) {
    remembered.put(
        new Place(path.interfaceName(), path.carrier()), Optional.ofNullable(path.destination()));
    if (remembered.size() > MAX_REMEMBERED) {
      remembered.remove(remembered.keySet().iterator().next());
    }
  }

  /** Makes anew the paths that an interface had before it went, or lost its address. */
  void restore(long nowNs, LinkPort port) {
    for (Carrier carrier : port.carriers()) {
      Optional<InetSocketAddress> before = remembered.remove(new Place(port.nif().name(), carrier));
      if (before == null) {
        continue;
      }
      InetSocketAddress to = before.orElse(null);
      if (carrier.isMulticast()) {
        ensure(nowNs, port, carrier, null);
      } else if (to != null) {
        InetAddress ip = scoped(to.getAddress(), port.nif().index());
        ensure(nowNs, port, carrier, new InetSocketAddress(ip, to.getPort()));
      }
    }
  }

  /** The peer's counters begin anew. */
  void resetInbound() {
    inbound.values().forEach(InboundPath::reset);
    heardOn.values().forEach(InboundLink::forgive);
  }
}
