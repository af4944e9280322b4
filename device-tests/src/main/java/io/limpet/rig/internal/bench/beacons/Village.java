package io.limpet.rig.internal.bench.beacons;

import io.limpet.link.Bytes;
import io.limpet.link.Carrier;
import io.limpet.link.LinkConfig;
import io.limpet.link.LinkEvent;
import io.limpet.link.MeshAddress;
import io.limpet.link.sim.SignatureMemory;
import io.limpet.link.sim.SimulatedLink;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The nodes of a simulation, on one air, from one seed. */
final class Village {
  /** What presence announces of a node with a nickname, two colours and one shared activity. */
  private static final int ANNOUNCEMENT_BYTES = 60;

  private final VirtualTime time = new VirtualTime();
  private final Random random;
  private final Air air;
  private final boolean dual;
  private final double share;
  private final SignatureMemory memory = new SignatureMemory();
  private final List<House> houses = new ArrayList<>();

  /**
   * Makes a village without houses.
   *
   * @param loss share of receptions that are lost, 0..1
   * @param dual whether nodes speak IPv6 beside IPv4
   */
  Village(long seed, double loss, boolean dual, double share) {
    random = new Random(seed);
    air = new Air(time, loss, new Random(random.nextLong()));
    this.dual = dual;
    this.share = share;
  }

  static Village of(long seed, double loss) {
    return new Village(seed, loss, false, LinkConfig.DEFAULT_BEACON_AIRTIME);
  }

  VirtualTime time() {
    return time;
  }

  Traffic traffic() {
    return air.traffic();
  }

  /** From now on only unicast arrives. */
  void failMulticast() {
    air.failMulticast();
  }

  /** Returns the share of all receptions so far that were lost. */
  double lostShare() {
    return air.lostShare();
  }

  Random random() {
    return random;
  }

  List<House> houses() {
    return houses;
  }

  /** A node starts. */
  House build() {
    House house = new House(houses.size() + 1);
    houses.add(house);
    air.add(house);
    house.begin();
    return house;
  }

  /** So many nodes start at random times within a while from now. */
  void buildWithin(int nodes, long withinNs) {
    for (int i = 0; i < nodes; i++) {
      time.after(random.nextLong(withinNs), this::build);
    }
  }

  private static InetAddress ipOf(int number, boolean ipv6) {
    byte[] bytes = ipv6 ? new byte[16] : new byte[] {10, 0, 0, 0};
    if (ipv6) {
      bytes[0] = (byte) 0xFE;
      bytes[1] = (byte) 0x80;
    }
    bytes[bytes.length - 2] = (byte) (number >> 8);
    bytes[bytes.length - 1] = (byte) number;
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new AssertionError("a good length", e);
    }
  }

  /** One node, and what it knows of the others. */
  final class House implements SimulatedLink.World {
    /** When each other was first heard. */
    final Map<MeshAddress, Double> known = new HashMap<>();

    /** When each other was last found missing, silent or gone; taken back when it is heard. */
    final Map<MeshAddress, Double> missed = new HashMap<>();

    final Map<MeshAddress, Double> silent = new HashMap<>();
    final double builtAt = time.seconds();
    private final List<InetAddress> addresses;
    private final SimulatedLink link;
    private boolean alive = true;
    private int side;
    private long plannedNs = Long.MAX_VALUE;
    int alarms;
    int received;

    /** Told of all that happens, after what is kept here. */
    Consumer<LinkEvent> listener = event -> {};

    private House(int number) {
      addresses =
          dual ? List.of(ipOf(number, false), ipOf(number, true)) : List.of(ipOf(number, false));
      byte[] announcement = new byte[ANNOUNCEMENT_BYTES];
      random.nextBytes(announcement);
      link =
          new SimulatedLink(
              time.now(),
              "laptop" + number,
              addresses,
              Bytes.of(announcement),
              share,
              memory,
              new Random(random.nextLong()),
              this);
    }

    private void begin() {
      link.up(time.now());
      plan();
    }

    MeshAddress address() {
      return link.address();
    }

    SimulatedLink link() {
      return link;
    }

    boolean has(InetAddress ip) {
      for (InetAddress own : addresses) {
        if (java.util.Arrays.equals(own.getAddress(), ip.getAddress())) {
          return true;
        }
      }
      return false;
    }

    InetAddress addressLike(Carrier carrier) {
      return carrier.isIpv6() ? addresses.get(1) : addresses.get(0);
    }

    /** Puts the node on one side of a wall; those of different sides do not hear each other. */
    void moveTo(int newSide) {
      side = newSide;
    }

    boolean reaches(House other) {
      return side == other.side;
    }

    /** The battery is taken out. */
    void die() {
      alive = false;
      air.remove(this);
    }

    /** The program is closed. */
    void leave() {
      link.goodbye(time.now());
      die();
    }

    boolean isAlive() {
      return alive;
    }

    void say(House to) {
      if (alive) {
        link.send(time.now(), to.address(), 2, new byte[64]);
        plan();
      }
    }

    void receive(Carrier carrier, InetAddress from, byte[] datagram) {
      if (alive) {
        link.onDatagram(time.now(), carrier, from, datagram);
        plan();
      }
    }

    private void plan() {
      long dueNs = link.nextDeadlineNs();
      if (dueNs == Long.MAX_VALUE || (plannedNs != Long.MAX_VALUE && plannedNs - dueNs <= 0)) {
        return;
      }
      plannedNs = dueNs;
      time.at(
          dueNs,
          () -> {
            if (plannedNs == dueNs && alive) {
              plannedNs = Long.MAX_VALUE;
              link.onDeadline(time.now());
              plan();
            }
          });
    }

    @Override
    public void transmit(Carrier carrier, @Nullable InetAddress to, byte[] datagram) {
      air.send(this, carrier, to, datagram);
    }

    @Override
    public void deliver(MeshAddress from, int protocolCode, byte[] payload) {
      received++;
    }

    @Override
    public void emit(LinkEvent event) {
      if (event instanceof LinkEvent.PeerHeard heard) {
        known.putIfAbsent(heard.peer(), time.seconds());
        missed.remove(heard.peer());
        silent.remove(heard.peer());
      } else if (event instanceof LinkEvent.PeerReachable reachable) {
        missed.remove(reachable.peer());
      } else if (event instanceof LinkEvent.PeerMissed lost) {
        alarms++;
        missed.putIfAbsent(lost.peer(), time.seconds());
      } else if (event instanceof LinkEvent.PeerSilent gone) {
        missed.putIfAbsent(gone.peer(), time.seconds());
        silent.putIfAbsent(gone.peer(), time.seconds());
      } else if (event instanceof LinkEvent.PeerGoodbye gone) {
        missed.putIfAbsent(gone.peer(), time.seconds());
        silent.putIfAbsent(gone.peer(), time.seconds());
      }
      listener.accept(event);
    }
  }
}
