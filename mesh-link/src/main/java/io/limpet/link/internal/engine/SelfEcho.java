package io.limpet.link.internal.engine;

import io.limpet.link.Carrier;
import io.limpet.link.Diagnosis;
import io.limpet.link.LinkEvent;
import io.limpet.link.internal.path.CarrierNumber;
import io.limpet.link.internal.repair.Situation;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether this node hears its own multicast, where the system loops it back. A node that does not
 * is deaf to everybody's: it takes its part in the group anew, and nobody else is blamed. Not
 * thread-safe.
 */
final class SelfEcho {
  private static final long MS = 1_000_000L;

  /** The system's own loop takes far less. */
  private static final long LATE_NS = 250 * MS;

  private static final int ENOUGH = 3;
  private static final long FIRST_REJOIN_GAP_NS = 5_000 * MS;
  private static final long LONGEST_REJOIN_GAP_NS = 60_000 * MS;
  private static final long NEVER = Long.MAX_VALUE;

  private final EngineContext context;
  private final Map<Integer, Ear> ears = new LinkedHashMap<>();

  /** One carrier of one interface. */
  private static final class Ear {
    private final int interfaceIndex;
    private final String interfaceName;
    private final Carrier carrier;
    private int unheard;
    private long firstUnheardNs;
    private long lastSentNs;
    private boolean heardBefore;
    private long heardNs;
    private boolean deaf;
    private long rejoinNs;
    private long rejoinGapNs = FIRST_REJOIN_GAP_NS;

    Ear(LinkPort port, Carrier carrier) {
      this.interfaceIndex = port.nif().index();
      this.interfaceName = port.nif().name();
      this.carrier = carrier;
    }

    boolean isLate(long nowNs) {
      return unheard > 0 && nowNs - lastSentNs >= LATE_NS;
    }
  }

  SelfEcho(EngineContext context) {
    this.context = context;
  }

  /** A hello went out by multicast. */
  void onSent(long nowNs, LinkPort port, Carrier carrier) {
    if (!port.hearsItself()) {
      return;
    }
    Ear ear =
        ears.computeIfAbsent(
            CarrierNumber.place(port.nif().index(), carrier), place -> new Ear(port, carrier));
    if (ear.unheard++ == 0) {
      ear.firstUnheardNs = nowNs;
    }
    ear.lastSentNs = nowNs;
    context.deadlineMoved(nowNs + LATE_NS);
  }

  /** A hello of our own came back. */
  void onEcho(long nowNs, LinkPort port, Carrier carrier) {
    Ear ear = ear(port, carrier);
    if (ear == null) {
      return;
    }
    ear.unheard = 0;
    ear.heardBefore = true;
    ear.heardNs = nowNs;
    if (ear.deaf) {
      ear.deaf = false;
      ear.rejoinGapNs = FIRST_REJOIN_GAP_NS;
      tell(nowNs, ear, Diagnosis.SELF_DEAF, Diagnosis.NONE);
    }
  }

  private @Nullable Ear ear(LinkPort port, Carrier carrier) {
    return ears.get(CarrierNumber.place(port.nif().index(), carrier));
  }

  /** The interface is gone, or its sockets were opened anew. */
  void forget(int interfaceIndex) {
    ears.values().removeIf(ear -> ear.interfaceIndex == interfaceIndex);
  }

  void poll(long nowNs) {
    for (Ear ear : ears.values()) {
      if (ear.deaf) {
        rejoin(nowNs, ear);
      } else if (ear.isLate(nowNs)) {
        if (ear.unheard < ENOUGH) {
          context.wantHello(); // another, so that one that was merely lost proves nothing
        } else {
          ear.deaf = true;
          ear.rejoinNs = nowNs;
          tell(nowNs, ear, Diagnosis.NONE, Diagnosis.SELF_DEAF);
          rejoin(nowNs, ear);
        }
      } else if (ear.unheard > 0) {
        context.deadlineMoved(ear.lastSentNs + LATE_NS);
      }
    }
  }

  private void rejoin(long nowNs, Ear ear) {
    if (nowNs - ear.rejoinNs >= 0) {
      ear.rejoinNs = nowNs + ear.rejoinGapNs;
      ear.rejoinGapNs = Math.min(LONGEST_REJOIN_GAP_NS, 2 * ear.rejoinGapNs);
      context.output.rejoin(ear.interfaceIndex, ear.carrier);
      context.wantHello();
    }
    context.deadlineMoved(ear.rejoinNs);
  }

  private void tell(long nowNs, Ear ear, Diagnosis from, Diagnosis to) {
    Map<String, String> evidence = new LinkedHashMap<>();
    evidence.put("ownHellosUnheard", Integer.toString(ear.unheard));
    evidence.put("echoAgeMs", Situation.age(ear.heardBefore ? nowNs - ear.heardNs : NEVER));
    if (to == Diagnosis.SELF_DEAF) {
      evidence.put("unheardForMs", Long.toString((nowNs - ear.firstUnheardNs) / MS));
      evidence.put("step", "rejoin the group");
    }
    context.output.emit(
        new LinkEvent.InterfaceDiagnosed(ear.interfaceName, ear.carrier, from, to, evidence));
  }

  /**
   * Says whose fault it is that a peer's multicast does not arrive: ours, the way's, or not known
   * before our own next hello.
   *
   * @param sinceNs since when it does not
   */
  Diagnosis judge(long nowNs, LinkPort port, Carrier carrier, long sinceNs) {
    if (!port.hearsItself()) {
      return Diagnosis.MULTICAST_DEAD;
    }
    Ear ear = ear(port, carrier);
    if (ear != null && ear.deaf) {
      return Diagnosis.SELF_DEAF;
    }
    if (ear != null && ear.heardBefore && ear.heardNs - sinceNs >= 0) {
      return Diagnosis.MULTICAST_DEAD;
    }
    if (ear == null || ear.unheard == 0) {
      context.wantHello();
    }
    return Diagnosis.NONE;
  }
}
