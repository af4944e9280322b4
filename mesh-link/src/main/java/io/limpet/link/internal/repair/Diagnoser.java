package io.limpet.link.internal.repair;

import io.limpet.link.Diagnosis;
import io.limpet.link.internal.os.LinkControl.Capability;
import java.util.List;
import java.util.Set;

/** Says why unicast fails, and what may be done about it, gentlest first. */
public final class Diagnoser {
  private Diagnoser() {}

  /** Returns why unicast fails, given that it does. */
  public static Diagnosis diagnose(Situation situation) {
    if (situation.isMismatched()) {
      return Diagnosis.NEIGHBOUR_STALE;
    }
    if (situation.isUnresolved()) {
      return Diagnosis.NEIGHBOUR_UNRESOLVED;
    }
    return Diagnosis.UNICAST_BLACKHOLE;
  }

  static List<Step> ladder(Diagnosis diagnosis, Set<Capability> able, Situation situation) {
    List<Step> ladder =
        switch (diagnosis) {
          case NEIGHBOUR_STALE ->
              able.contains(Capability.WRITE_NEIGHBOURS)
                  ? List.of(Step.REPLACE_ENTRY, Step.FLUSH_ENTRY, Step.REQUEST, Step.ASK_PEER)
                  : List.of(Step.ASK_PEER, Step.NUDGE, Step.ASK_PEER, Step.ASK_PEER);
          case NEIGHBOUR_UNRESOLVED ->
              List.of(
                  Step.NUDGE,
                  Step.REQUEST,
                  Step.REPLACE_ENTRY,
                  Step.ASK_PEER,
                  Step.NUDGE,
                  Step.ASK_PEER);
          default ->
              able.contains(Capability.WRITE_NEIGHBOURS)
                  ? List.of(
                      Step.PROBE_ENTRY,
                      Step.FLUSH_ENTRY,
                      Step.ANNOUNCE,
                      Step.ASK_PEER,
                      Step.SITE_HOOK)
                  : List.of(Step.NUDGE, Step.PROVOKE, Step.ASK_PEER, Step.ASK_PEER, Step.SITE_HOOK);
        };
    return ladder.stream()
        .filter(step -> step.needs() == null || able.contains(step.needs()))
        .filter(step -> step != Step.REPLACE_ENTRY || situation.mayReplaceEntry())
        .filter(step -> step != Step.FLUSH_ENTRY || situation.mayTouchEntry())
        .toList();
  }
}
