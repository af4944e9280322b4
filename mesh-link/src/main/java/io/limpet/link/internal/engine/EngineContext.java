package io.limpet.link.internal.engine;

import io.limpet.link.internal.os.LinkControl;
import io.limpet.link.internal.session.Sessions;
import io.netty.buffer.ByteBufAllocator;
import java.util.random.RandomGenerator;

/** What the parts of one engine share. Confined to the engine's thread. */
final class EngineContext {
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
  private long earliestNs = Long.MAX_VALUE;

  EngineContext(
      LocalNode self,
      Sessions sessions,
      LinkControl control,
      Neighbours neighbours,
      RandomGenerator random,
      LinkOutput output,
      ByteBufAllocator allocator) {
    this.self = self;
    this.sessions = sessions;
    this.control = control;
    this.neighbours = neighbours;
    this.random = random;
    this.output = output;
    this.allocator = allocator;
    this.rejects = new RejectLog(output);
    this.sender = new Sender(sessions, output, allocator);
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
