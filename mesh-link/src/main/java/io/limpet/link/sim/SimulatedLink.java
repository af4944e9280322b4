package io.limpet.link.sim;

import io.limpet.link.Bytes;
import io.limpet.link.Carrier;
import io.limpet.link.LinkEvent;
import io.limpet.link.LinkInterface;
import io.limpet.link.MeshAddress;
import io.limpet.link.MeshGroups;
import io.limpet.link.PeerReport;
import io.limpet.link.SendOutcome;
import io.limpet.link.internal.engine.HelloSettings;
import io.limpet.link.internal.engine.LinkEngine;
import io.limpet.link.internal.engine.LinkOutput;
import io.limpet.link.internal.engine.LinkPort;
import io.limpet.link.internal.engine.LocalNode;
import io.limpet.link.internal.engine.Neighbours;
import io.limpet.link.internal.identity.NodeIdentity;
import io.limpet.link.internal.os.NeighbourEntry;
import io.limpet.link.internal.os.NoControl;
import io.limpet.link.internal.session.NoiseSessions;
import io.limpet.link.internal.session.SessionConfig;
import io.limpet.link.internal.wire.DatagramType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The link of one simulated node: the engine that every node runs, with its own time and its own
 * randomness brought in from outside, and a medium that is the caller's.
 *
 * <p>It has one interface and no kernel behind it. Times are nanoseconds of any clock that does not
 * go back. Confined to one thread; throws on nothing that the medium brings.
 */
public final class SimulatedLink {
  private static final int INTERFACE = 1;
  private static final int PORT = 7464;
  private static final int MTU_BYTES = 1500;

  private final NodeIdentity identity;
  private final LinkEngine engine;
  private final LinkPort port;

  /** What the link does to the world. */
  public interface World {
    /**
     * Sends one datagram.
     *
     * @param to null for multicast
     */
    void transmit(Carrier carrier, @Nullable InetAddress to, byte[] datagram);

    /** Takes one payload for the node's application. */
    void deliver(MeshAddress from, int protocolCode, byte[] payload);

    /** Takes one payload that was said to a group of the node's. */
    default void deliverToGroup(MeshAddress from, Bytes groupId, long keyNumber, byte[] payload) {}

    /** Takes what happened. */
    void emit(LinkEvent event);
  }

  /**
   * Makes a link that is not up.
   *
   * @param name the node's nickname, 1..64 bytes
   * @param addresses of its interface; the families among them are those that it speaks
   * @param beaconAirtime share of the airtime for hellos of all nodes, 0..1 without 0
   * @param memory shared by all nodes of a simulation
   */
  public SimulatedLink(
      long nowNs,
      String name,
      List<InetAddress> addresses,
      Bytes announcement,
      double beaconAirtime,
      SignatureMemory memory,
      RandomGenerator random,
      World world) {
    identity = NodeIdentity.generate(random);
    NoiseSessions sessions =
        new NoiseSessions(
            identity, 1, SessionConfig.DEFAULT, random, UnpooledByteBufAllocator.DEFAULT);
    engine =
        new LinkEngine(
            nowNs,
            new LocalNode(identity, name, 1),
            new HelloSettings(beaconAirtime, memory::verify),
            announcement,
            sessions,
            new NoControl("a simulated node has no kernel"),
            new NoNeighbours(),
            random,
            new Outward(world),
            UnpooledByteBufAllocator.DEFAULT);
    byte[] mac = new byte[6];
    random.nextBytes(mac);
    mac[0] = 2;
    port =
        new LinkPort(
            new LinkInterface(INTERFACE, "sim0", Bytes.of(mac), addresses, true, true, MTU_BYTES),
            carriersOf(addresses),
            PORT);
  }

  private static Set<Carrier> carriersOf(List<InetAddress> addresses) {
    Set<Carrier> carriers = EnumSet.noneOf(Carrier.class);
    for (InetAddress address : addresses) {
      boolean ipv6 = address instanceof Inet6Address;
      carriers.add(Carrier.unicast(ipv6));
      carriers.add(Carrier.multicast(ipv6));
    }
    return carriers;
  }

  /** Returns the node's address. */
  public MeshAddress address() {
    return identity.address();
  }

  /** Says whether a datagram is a hello, long or short. */
  public static boolean isHello(byte[] datagram) {
    int type = datagram.length == 0 ? DatagramType.UNKNOWN : DatagramType.of(datagram[0]);
    return type == DatagramType.HELLO || type == DatagramType.BEAT;
  }

  /** The interface comes up: the first hello goes out. */
  public void up(long nowNs) {
    engine.onPort(nowNs, port);
  }

  /** Takes one datagram from the medium. */
  public void onDatagram(long nowNs, Carrier carrier, InetAddress from, byte[] datagram) {
    ByteBuf bytes = Unpooled.wrappedBuffer(datagram);
    engine.onDatagram(nowNs, INTERFACE, carrier, new InetSocketAddress(from, PORT), bytes);
    bytes.release();
  }

  /** Sends one payload to a peer. */
  public SendOutcome send(long nowNs, MeshAddress to, int protocolCode, byte[] payload) {
    return engine.send(nowNs, to, protocolCode, Unpooled.wrappedBuffer(payload));
  }

  /** Sets the keys of a group, as {@link MeshGroups#setGroup} does. */
  public void setGroup(Bytes groupId, List<MeshGroups.GroupKey> keys) {
    engine.groups().set(groupId, keys);
  }

  /** Forgets a group. */
  public void removeGroup(Bytes groupId) {
    engine.groups().remove(groupId);
  }

  /** Sends one payload to a group. */
  public SendOutcome sendToGroup(long nowNs, Bytes groupId, byte[] payload) {
    return engine.groups().send(nowNs, groupId, Unpooled.wrappedBuffer(payload));
  }

  /** Returns the largest payload to a group, in bytes. */
  public int maxGroupPayloadBytes() {
    return engine.groups().maxPayloadBytes();
  }

  /** Takes leave; nothing may be called afterwards. */
  public void goodbye(long nowNs) {
    engine.goodbye(nowNs);
  }

  /** Returns when {@link #onDeadline} wants to be called; asked anew after every other call. */
  public long nextDeadlineNs() {
    return engine.nextDeadlineNs();
  }

  /** Does what time demands. */
  public void onDeadline(long nowNs) {
    engine.onDeadline(nowNs);
  }

  /** Returns a snapshot of every peer that has said hello. */
  public List<PeerReport> peers(long nowNs) {
    return engine.peers(nowNs);
  }

  /** Returns how many datagrams were dropped as hostile or damaged. */
  public long rejected() {
    return engine.rejected();
  }

  private record Outward(World world) implements LinkOutput {
    @Override
    public boolean transmit(
        int interfaceIndex,
        Carrier carrier,
        @Nullable InetSocketAddress destination,
        ByteBuf datagram) {
      world.transmit(
          carrier, destination == null ? null : destination.getAddress(), taken(datagram));
      datagram.release();
      return true;
    }

    @Override
    public void deliver(MeshAddress from, int protocolCode, ByteBuf payload) {
      world.deliver(from, protocolCode, taken(payload));
    }

    @Override
    public void deliverToGroup(Bytes groupId, MeshAddress from, long keyNumber, ByteBuf payload) {
      world.deliverToGroup(from, groupId, keyNumber, taken(payload));
    }

    @Override
    public void emit(LinkEvent event) {
      world.emit(event);
    }

    private static byte[] taken(ByteBuf buffer) {
      byte[] bytes = new byte[buffer.readableBytes()];
      buffer.getBytes(buffer.readerIndex(), bytes);
      return bytes;
    }
  }

  private static final class NoNeighbours implements Neighbours {
    @Override
    public Optional<NeighbourEntry> neighbour(int interfaceIndex, InetAddress ip) {
      return Optional.empty();
    }

    @Override
    public boolean seesNeighbours() {
      return false;
    }
  }
}
