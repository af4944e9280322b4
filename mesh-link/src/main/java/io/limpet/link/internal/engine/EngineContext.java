package io.limpet.link.internal.engine;

import io.limpet.link.internal.beacon.Liveness;
import io.limpet.link.internal.os.LinkControl;
import io.limpet.link.internal.path.OutboundPath;
import io.limpet.link.internal.session.Sessions;
import io.netty.buffer.ByteBufAllocator;
import java.util.random.RandomGenerator;

/** What the parts of one engine share. Confined to the engine's thread. */
final class EngineContext {
  /** The associations of all pairs are spread over this, times their number. */
  private static final long PAIR_NS = 150_000_000L;

  private static final int TINY_MESH = 3;
  private static final int FEW = 8;
  private static final int SMALL_MESH = 12;

  final LocalNode self;
  final Sessions sessions;
  final LinkControl control;
  final Neighbours neighbours;
  final RandomGenerator random;
  final LinkOutput output;
  final ByteBufAllocator allocator;
  final PortTable ports = new PortTable();
  final RejectLog rejects;
  final Sender sender;
  AddressClaims claims = (claimant, ip) -> null;
  final HelloSettings hello;

  /** How many nodes are heard, this one included. */
  int population = 1;

  /** From when on nobody new has been heard for a while. */
  long calmNs;

  final SelfEcho echo;
  private final ProbeBudget probes = new ProbeBudget();

  private boolean askWanted;
  private boolean helloWanted;
  private long earliestNs = Long.MAX_VALUE;

  EngineContext(
      LocalNode self,
      HelloSettings hello,
      Sessions sessions,
      LinkControl control,
      Neighbours neighbours,
      RandomGenerator random,
      LinkOutput output,
      ByteBufAllocator allocator) {
    this.self = self;
    this.hello = hello;
    this.sessions = sessions;
    this.control = control;
    this.neighbours = neighbours;
    this.random = random;
    this.output = output;
    this.allocator = allocator;
    this.rejects = new RejectLog(output);
    this.echo = new SelfEcho(this);
    this.sender = new Sender(sessions, output, allocator);
  }

  /** Says whether this path may be asked now whether it works; what may not has failed. */
  boolean mayProbe(long nowNs, OutboundPath path) {
    boolean may = probes.tryTake(nowNs, path, population);
    if (!may) {
      path.onProbeFailed(nowNs);
    }
    return may;
  }

  /** Says whether there are so few nodes that each may know its paths to all others. */
  boolean isSmallMesh() {
    return population <= SMALL_MESH;
  }

  /** Returns over what time the associations of all pairs of a small mesh are spread. */
  long pairsNs() {
    return PAIR_NS * Math.max(1, population * (population - 1L) / 2);
  }

  /** Says whether there is hardly anybody whose word about a third could be waited for. */
  boolean isTinyMesh() {
    return population <= TINY_MESH;
  }

  /** Says how many nodes there are, for those who judge whether one of them lives. */
  Liveness.Mesh mesh() {
    if (isTinyMesh()) {
      return Liveness.Mesh.TINY;
    }
    return population <= FEW ? Liveness.Mesh.FEW : Liveness.Mesh.MANY;
  }

  /** A peer is to be asked in the next hello, which shall be soon. */
  void wantAsk() {
    askWanted = true;
  }

  boolean takeAskWanted() {
    boolean wanted = askWanted;
    askWanted = false;
    return wanted;
  }

  /** A hello of ours is wanted soon, to see whether it comes back. */
  void wantHello() {
    helloWanted = true;
  }

  boolean takeHelloWanted() {
    boolean wanted = helloWanted;
    helloWanted = false;
    return wanted;
  }

  /** Notes that something wants to be called at this time. */
  void deadlineMoved(long atNs) {
    if (earliestNs == Long.MAX_VALUE || atNs - earliestNs < 0) {
      earliestNs = atNs;
    }
  }

  long earliestNs() {
    return earliestNs;
  }

  void clearEarliest() {
    earliestNs = Long.MAX_VALUE;
  }
}
