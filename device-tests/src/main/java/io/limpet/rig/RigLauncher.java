package io.limpet.rig;

import io.limpet.rig.internal.Privileges;
import java.util.List;
import java.util.Optional;

/** Finds out which rig this process can run, and how it could run a better one. */
public final class RigLauncher {
  private RigLauncher() {}

  /**
   * The kind a rig gets here when none is insisted on.
   *
   * @param kind what would play the radio
   * @param reason why that one
   */
  public record Choice(MediumKind kind, String reason) {}

  /** The best kind that works in this process as it is. */
  public static Choice choose() {
    return Privileges.choose();
  }

  /**
   * The beginning of a command line that runs the rest of it where real kernels can be had without
   * being root: in user, network, mount and process namespaces of its own, which all end with it.
   * Empty if this process can already have them, or if the machine does not allow it.
   */
  public static Optional<List<String>> reexecCommand() {
    return Privileges.reexecCommand();
  }
}
