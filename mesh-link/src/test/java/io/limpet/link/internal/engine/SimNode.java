package io.limpet.link.internal.engine;

import static io.limpet.link.internal.engine.SimNetwork.MS;

import io.limpet.link.Bytes;
import io.limpet.link.Carrier;
import io.limpet.link.LinkEvent;
import io.limpet.link.LinkInterface;
import io.limpet.link.MeshAddress;
import io.limpet.link.PathState;
import io.limpet.link.PeerReport;
import io.limpet.link.SendOutcome;
import io.limpet.link.internal.identity.NodeIdentity;
import io.limpet.link.internal.os.LinkControl;
import io.limpet.link.internal.os.NeighbourEntry;
import io.limpet.link.internal.os.NeighbourState;
import io.limpet.link.internal.path.OutboundPath;
import io.limpet.link.internal.path.PathMtu;
import io.limpet.link.internal.session.NoiseSessions;
import io.limpet.link.internal.session.SessionConfig;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One simulated laptop: an engine, a neighbour table, and a way to break things. */
final class SimNode implements LinkOutput, LinkControl, Neighbours {
  /** The interface that every node begins with. */
  static final int INTERFACE = 3;

  private static final int PORT = 7464;
  private static final long LOCKTIME_NS = 1_000 * MS;

  /** One event and when it happened. */
  record Told(long atMs, LinkEvent event) {}

  /** One payload and when it came. */
  record Got(long atMs, MeshAddress from, int number) {}

  final String name;
  final List<Told> told = new ArrayList<>();
  final List<Got> got = new ArrayList<>();
  final List<Got> gotOfGroups = new ArrayList<>();

  /** Whether its sockets take more. */
  boolean hasRoom = true;

  final Map<InetAddress, NeighbourEntry> neighbours = new HashMap<>();
  final Set<SimNode> unicastHole = new HashSet<>();
  final Set<SimNode> multicastHole = new HashSet<>();

  /** Whether it has fallen out of the group: it hears no multicast, not even its own. */
  boolean deaf;

  /** Whether its unicast socket takes nothing, as with a full queue. */
  boolean refusesUnicast;

  /** How often it announced its own mapping. */
  int announcements;

  private long stalledUntilNs = Long.MIN_VALUE;

  /** How often its engine asked for a new membership, and whether that helps. */
  int rejoined;

  boolean rejoiningHelps;

  /** The largest IP packet that leaves by a carrier and arrives, where that is less than any. */
  final Map<Carrier, Integer> limitBytes = new EnumMap<>(Carrier.class);

  /** The largest datagram sent since a test has set it to zero, and how many above the base. */
  int largestSent;

  int aboveBase;

  /** Bytes sent by unicast, by where they went. */
  final Map<InetAddress, Integer> sentTo = new HashMap<>();

  /** Where what this node sends seems to come from: somebody on the way rewrites it. */
  @Nullable InetAddress falseSource;

  /** Interfaces from which nothing gets out any more, though nobody says so. */
  final Set<Integer> cut = new HashSet<>();

  /** Interfaces and their addresses; those of one number are on one medium. */
  private final Map<Integer, InetAddress> addresses = new TreeMap<>();

  private final Map<InetAddress, Long> changedNs = new HashMap<>();
  private final SimNetwork network;
  private final int number;
  private final boolean privileged;
  private final Random random;
  private final NodeIdentity identity;
  private long epoch = 1;
  private Bytes mac;
  private @Nullable InetAddress claimed;
  private @Nullable LinkEngine engine;
  private boolean asleep;
  private long plannedNs = Long.MAX_VALUE;
  int plansRun;

  SimNode(SimNetwork network, String name, int number, boolean privileged, Random random) {
    this.network = network;
    this.name = name;
    this.privileged = privileged;
    this.random = random;
    this.mac = Bytes.of(new byte[] {2, 0, 0, 0, 0, (byte) number});
    this.identity = NodeIdentity.generate(random);
    this.number = number;
    addresses.put(INTERFACE, ip(INTERFACE, number));
  }

  private static InetAddress ip(int interfaceIndex, int number) {
    try {
      return InetAddress.getByAddress(
          new byte[] {
            10, (byte) (interfaceIndex - INTERFACE), (byte) (number >> 8), (byte) number
          });
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  // ---- its life ----

  void start() {
    NoiseSessions sessions =
        new NoiseSessions(
            identity, epoch, SessionConfig.DEFAULT, random, UnpooledByteBufAllocator.DEFAULT);
    LinkEngine made =
        new LinkEngine(
            network.now(),
            new LocalNode(identity, name, epoch),
            HelloSettings.of(0.02),
            Bytes.EMPTY,
            sessions,
            this,
            this,
            random,
            this,
            UnpooledByteBufAllocator.DEFAULT);
    engine = made;
    plannedNs = Long.MAX_VALUE;
    addresses.keySet().forEach(this::tellPort);
  }

  private void tellPort(int interfaceIndex) {
    InetAddress own = Objects.requireNonNull(addresses.get(interfaceIndex));
    InetAddress said = claimed == null ? own : claimed;
    String device = "sim" + (interfaceIndex - INTERFACE);
    LinkInterface nif =
        new LinkInterface(interfaceIndex, device, mac, List.of(said), true, true, 1500);
    Set<Carrier> carriers = Set.of(Carrier.UNICAST_IPV4, Carrier.MULTICAST_IPV4);
    engine().onPort(network.now(), new LinkPort(nif, carriers, PORT, 0, true));
    plan();
  }

  /** An interface appears, or gets another address. */
  void plugIn(int interfaceIndex, int hostNumber) {
    addresses.put(interfaceIndex, ip(interfaceIndex, hostNumber));
    tellPort(interfaceIndex);
  }

  void plugIn(int interfaceIndex) {
    plugIn(interfaceIndex, number);
  }

  /** An interface vanishes, and the link is told. */
  void unplug(int interfaceIndex) {
    addresses.remove(interfaceIndex);
    engine().onPortGone(network.now(), interfaceIndex);
    plan();
  }

  /** The process no longer runs: what arrives is lost, what is due waits. */
  void sleep() {
    asleep = true;
  }

  /** The process gets no turn until then: what arrives waits, and so does what is due. */
  void stallUntil(long atNs) {
    stalledUntilNs = atNs;
  }

  /** The process runs again. */
  void wake(long suspendedMs) {
    asleep = false;
    engine().onResumed(network.now(), suspendedMs * MS);
    plannedNs = Long.MAX_VALUE;
    plan();
  }

  void stop() {
    engine = null;
  }

  /** The power fails and comes back: a new epoch, everything forgotten. */
  void restart() {
    epoch++;
    neighbours.clear();
    start();
  }

  /** The MAC changes and nobody is told: not even this node's own link, until it is noticed. */
  void changeMac(int to, boolean noticed) {
    mac = Bytes.of(new byte[] {2, 0, 0, 0, 1, (byte) to});
    if (noticed) {
      addresses.keySet().forEach(this::tellPort);
    }
  }

  /** Says in its hellos, duly signed, that this address is its own. */
  void claim(InetAddress somebodyElses) {
    claimed = somebodyElses;
    tellPort(INTERFACE);
  }

  Bytes mac() {
    return mac;
  }

  LinkEngine engine() {
    LinkEngine running = engine;
    if (running == null) {
      throw new IllegalStateException(name + " is off");
    }
    return running;
  }

  NodeIdentity identity() {
    return identity;
  }

  MeshAddress address() {
    return identity.address();
  }

  /** Where its datagrams come from. */
  InetSocketAddress source() {
    return new InetSocketAddress(ip(), PORT);
  }

  InetAddress ip() {
    return Objects.requireNonNull(addresses.get(INTERFACE));
  }

  private void plan() {
    LinkEngine running = engine;
    if (running == null) {
      return;
    }
    long dueNs = running.nextDeadlineNs();
    if (dueNs == Long.MAX_VALUE || (plannedNs != Long.MAX_VALUE && plannedNs - dueNs <= 0)) {
      return;
    }
    plannedNs = dueNs;
    long atNs = Math.max(0, dueNs - network.now()) + network.now();
    network.at(
        atNs,
        () -> {
          if (plannedNs != dueNs || engine != running || asleep) {
            return;
          }
          if (stalledUntilNs > network.now()) {
            plannedNs = Long.MAX_VALUE;
            network.at(stalledUntilNs, this::plan);
            return;
          }
          plannedNs = Long.MAX_VALUE;
          plansRun++;
          running.onDeadline(network.now());
          plan();
        });
  }

  // ---- what tests do ----

  SendOutcome send(SimNode to, int number) {
    return send(to, number, 64);
  }

  SendOutcome send(SimNode to, int number, int bytes) {
    if (asleep) {
      return SendOutcome.NO_CAPACITY;
    }
    ByteBuf payload = Unpooled.buffer(bytes).writeInt(number).writeZero(bytes - Integer.BYTES);
    SendOutcome outcome = engine().send(network.now(), to.address(), 2, payload);
    plan();
    return outcome;
  }

  int maxPayloadBytes(SimNode to) {
    return engine().maxPayloadBytes(to.address());
  }

  /** The system says that an interface's datagrams were too large. */
  void refuse(Carrier carrier) {
    engine().onTooLarge(network.now(), INTERFACE, carrier);
    plan();
  }

  PathState pathTo(SimNode other) {
    return report(other).map(PeerReport::path).orElse(PathState.UNKNOWN);
  }

  Optional<PeerReport> report(SimNode other) {
    return engine().peer(network.now(), other.address());
  }

  void goodbye() {
    engine().goodbye(network.now());
    stop();
  }

  <T extends LinkEvent> List<T> events(Class<T> kind) {
    return told.stream().map(Told::event).filter(kind::isInstance).map(kind::cast).toList();
  }

  // ---- the medium ----

  @Override
  public boolean transmit(
      int interfaceIndex,
      Carrier carrier,
      @Nullable InetSocketAddress destination,
      ByteBuf datagram) {
    byte[] bytes = new byte[datagram.readableBytes()];
    datagram.readBytes(bytes);
    datagram.release();
    if (destination != null && refusesUnicast) {
      return false;
    }
    network.datagrams++;
    network.note(bytes);
    largestSent = Math.max(largestSent, bytes.length);
    aboveBase += bytes.length > PathMtu.BASE_BYTES ? 1 : 0;
    int packetBytes = bytes.length + OutboundPath.headerBytes(carrier);
    if (packetBytes > limitBytes.getOrDefault(carrier, Integer.MAX_VALUE)
        || cut.contains(interfaceIndex)) {
      return true;
    }
    if (destination == null) {
      network.multicastBytes += bytes.length;
      for (SimNode other : network.nodes()) {
        if (other == this) {
          deliverTo(this, interfaceIndex, carrier, bytes); // the system's own loop loses nothing
        } else if (!multicastHole.contains(other) && !network.isLost(interfaceIndex, true)) {
          deliverTo(other, interfaceIndex, carrier, bytes);
        }
      }
      return true;
    }
    sentTo.merge(destination.getAddress(), bytes.length, Integer::sum);
    SimNode other = resolve(interfaceIndex, destination.getAddress());
    if (other != null && !unicastHole.contains(other) && !network.isLost(interfaceIndex, false)) {
      deliverTo(other, interfaceIndex, carrier, bytes);
    }
    return true;
  }

  private @Nullable SimNode resolve(int interfaceIndex, InetAddress to) {
    NeighbourEntry entry = neighbours.get(to);
    if (entry == null || entry.mac() == null) {
      InetAddress own = addresses.get(interfaceIndex);
      for (SimNode other : network.nodes()) {
        if (own != null && to.equals(other.addresses.get(interfaceIndex))) {
          learn(to, other.mac);
          other.learn(own, mac);
          return other;
        }
      }
      return null;
    }
    for (SimNode other : network.nodes()) {
      if (other.mac.equals(entry.mac()) && to.equals(other.addresses.get(interfaceIndex))) {
        return other;
      }
    }
    return null;
  }

  private void learn(InetAddress whose, Bytes theirMac) {
    Long at = changedNs.get(whose);
    NeighbourEntry before = neighbours.get(whose);
    if (before != null && Objects.equals(theirMac, before.mac())) {
      return;
    }
    if (before != null && at != null && network.now() - at < LOCKTIME_NS) {
      return;
    }
    setNeighbour(whose, theirMac);
  }

  void setNeighbour(InetAddress whose, Bytes theirMac) {
    NeighbourEntry entry = new NeighbourEntry(INTERFACE, whose, theirMac, NeighbourState.REACHABLE);
    neighbours.put(whose, entry);
    changedNs.put(whose, network.now());
    network.after(0, () -> notice(entry));
  }

  private void notice(NeighbourEntry entry) {
    if (engine != null) {
      engine.onNeighbourChanged(network.now(), entry);
      plan();
    }
  }

  private void deliverTo(SimNode other, int interfaceIndex, Carrier carrier, byte[] bytes) {
    InetAddress own = addresses.get(interfaceIndex);
    if (own != null) {
      InetSocketAddress source =
          new InetSocketAddress(falseSource == null ? own : falseSource, PORT);
      network.at(
          network.now() + network.delayOn(interfaceIndex),
          () -> other.arrive(interfaceIndex, source, carrier, bytes));
    }
  }

  /** Takes a datagram from anywhere: who is on the air sends what it likes. */
  void arrive(InetSocketAddress source, Carrier carrier, byte[] bytes) {
    arrive(INTERFACE, source, carrier, bytes);
  }

  private void arrive(int interfaceIndex, InetSocketAddress source, Carrier carrier, byte[] bytes) {
    if (carrier.isMulticast() && deaf) {
      return;
    }
    if (stalledUntilNs > network.now()) {
      // It waits in the socket; those of one socket come before those of another.
      long later = stalledUntilNs + (carrier.isMulticast() ? 0 : 3 * MS);
      network.at(later, () -> arrive(interfaceIndex, source, carrier, bytes));
      return;
    }
    if (engine != null && !asleep && addresses.containsKey(interfaceIndex)) {
      ByteBuf datagram = Unpooled.wrappedBuffer(bytes);
      engine.onDatagram(network.now(), interfaceIndex, carrier, source, datagram);
      datagram.release();
      plan();
    }
  }

  @Override
  public void rejoin(int interfaceIndex, Carrier carrier) {
    rejoined++;
    deaf &= !rejoiningHelps;
  }

  @Override
  public void deliver(MeshAddress from, int protocolCode, ByteBuf payload) {
    got.add(new Got(network.nowMs(), from, payload.getInt(payload.readerIndex())));
  }

  @Override
  public void deliverToGroup(Bytes groupId, MeshAddress from, long keyNumber, ByteBuf payload) {
    gotOfGroups.add(new Got(network.nowMs(), from, payload.getInt(payload.readerIndex())));
  }

  @Override
  public boolean hasRoom(int interfaceIndex, Carrier carrier) {
    return hasRoom;
  }

  @Override
  public void emit(LinkEvent event) {
    told.add(new Told(network.nowMs(), event));
  }

  // ---- the kernel ----

  @Override
  public Optional<NeighbourEntry> neighbour(int interfaceIndex, InetAddress whose) {
    return Optional.ofNullable(neighbours.get(whose));
  }

  @Override
  public boolean seesNeighbours() {
    return true;
  }

  @Override
  public Set<Capability> capabilities() {
    return privileged ? Set.of(Capability.values()) : Set.of();
  }

  private Outcome privilegedOnly(Runnable action) {
    if (privileged) {
      action.run();
    }
    return new Outcome(privileged, privileged ? "done" : "not permitted");
  }

  @Override
  public Outcome replaceNeighbour(LinkInterface on, InetAddress whose, Bytes theirMac) {
    return privilegedOnly(() -> setNeighbour(whose, theirMac));
  }

  @Override
  public Outcome flushNeighbour(LinkInterface on, InetAddress whose) {
    return privilegedOnly(() -> neighbours.remove(whose));
  }

  @Override
  public Outcome probeNeighbour(LinkInterface on, InetAddress whose) {
    return privilegedOnly(() -> {});
  }

  @Override
  public Outcome requestNeighbour(LinkInterface on, InetAddress ownIp, InetAddress whose) {
    return privilegedOnly(() -> {});
  }

  @Override
  public Outcome announce(LinkInterface on, InetAddress ownIp) {
    return privilegedOnly(this::broadcastMapping);
  }

  @Override
  public Outcome provokeRequest(LinkInterface on, InetAddress ownIp) {
    broadcastMapping();
    return new Outcome(true, "sent");
  }

  private void broadcastMapping() {
    announcements++;
    for (SimNode other : network.nodes()) {
      for (InetAddress own : List.copyOf(addresses.values())) {
        if (other != this && other.neighbours.containsKey(own)) {
          network.after(1, () -> other.learn(own, mac));
        }
      }
    }
  }

  @Override
  public Outcome nudge(LinkInterface on, InetAddress whose) {
    return new Outcome(true, "sent");
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
