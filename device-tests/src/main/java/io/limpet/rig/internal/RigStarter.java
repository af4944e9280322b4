package io.limpet.rig.internal;

import io.limpet.rig.Airtime;
import io.limpet.rig.LinkSettings;
import io.limpet.rig.MediumKind;
import io.limpet.rig.Rig;
import io.limpet.rig.RigException;
import io.limpet.rig.RigLauncher;
import io.limpet.rig.internal.inprocess.InProcessRig;
import io.limpet.rig.internal.kernel.KernelRig;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;

/** Turns a description into a running rig. */
public final class RigStarter {
  private RigStarter() {}

  /** What was described. */
  public record Plan(
      List<String> names,
      LinkSettings link,
      Airtime airtime,
      Optional<MediumKind> kind,
      OptionalLong seed,
      int mtu,
      int networks) {
    /** Keeps its own copy of the names. */
    public Plan {
      names = List.copyOf(names);
    }
  }

  /** Starts it, as the kind insisted on or else as the best that works here. */
  public static Rig start(Plan plan) {
    RigLauncher.Choice choice =
        plan.kind()
            .map(kind -> new RigLauncher.Choice(kind, "it was asked for"))
            .orElseGet(Privileges::choose);
    long seed = plan.seed().orElseGet(() -> ThreadLocalRandom.current().nextLong());
    if (choice.kind() == MediumKind.IN_PROCESS) {
      if (plan.networks() > 1) {
        throw new RigException("a rig without kernels has one network");
      }
      return InProcessRig.start(choice, seed, plan.names(), plan.link(), plan.airtime());
    }
    return KernelRig.start(
        choice, seed, plan.names(), plan.networks(), plan.link(), plan.airtime(), plan.mtu());
  }
}
