package io.limpet.rig.internal;

import io.limpet.rig.MediumKind;
import io.limpet.rig.RigException;
import io.limpet.rig.RigLauncher.Choice;
import io.limpet.rig.internal.os.Commands;
import io.limpet.rig.internal.os.FrameDescriptors;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds out what this process may do. */
public final class Privileges {
  private static final int CAP_NET_ADMIN = 12;
  private static final int CAP_NET_RAW = 13;
  private static final int CAP_SYS_ADMIN = 21;
  private static final String CAPABILITIES = "CapEff:";

  /**
   * Everything that the rig needs inside: a place for named namespaces, its own processes, a
   * loopback.
   */
  private static final String INSIDE =
      "mount -t tmpfs tmpfs /run && mount -t proc proc /proc && ip link set lo up && exec \"$@\"";

  private static final List<String> UNSHARE =
      List.of(
          "unshare",
          "--user",
          "--map-root-user",
          "--net",
          "--mount",
          "--pid",
          "--fork",
          "--kill-child",
          "--",
          "sh",
          "-c",
          INSIDE,
          "limpet-rig");

  private Privileges() {}

  /** The best kind of rig this process can have as it is. */
  public static Choice choose() {
    Optional<String> obstacle = obstacleToKernels();
    if (obstacle.isPresent()) {
      return new Choice(MediumKind.IN_PROCESS, obstacle.get());
    }
    if (FrameDescriptors.tapAvailable()) {
      return new Choice(MediumKind.TAP, "namespaces and TAP devices are at hand");
    }
    return new Choice(MediumKind.VETH, "namespaces are at hand, /dev/net/tun cannot be opened");
  }

  /** The beginning of a command that runs the rest where kernels can be had; see the face. */
  public static Optional<List<String>> reexecCommand() {
    if (obstacleToKernels().isEmpty()) {
      return Optional.empty();
    }
    List<String> trial = new ArrayList<>(UNSHARE);
    trial.add("true");
    try {
      boolean works = Commands.attempt(trial, "").exitCode() == 0;
      return works ? Optional.of(UNSHARE) : Optional.empty();
    } catch (RigException e) {
      // There is no unshare here, or it hangs: either way it is not the way.
      return Optional.empty();
    }
  }

  private static Optional<String> obstacleToKernels() {
    if (!Epoll.isAvailable()) {
      return Optional.of("this system has no epoll");
    }
    long capabilities = effectiveCapabilities();
    for (int needed : new int[] {CAP_NET_ADMIN, CAP_NET_RAW, CAP_SYS_ADMIN}) {
      if ((capabilities >>> needed & 1) == 0) {
        return Optional.of(
            "this process may not make network namespaces: that takes root, or a system that allows"
                + " user namespaces");
      }
    }
    if (!Files.isWritable(Path.of("/run"))) {
      return Optional.of("/run cannot be written, so namespaces cannot be named");
    }
    return Optional.empty();
  }

  private static long effectiveCapabilities() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith(CAPABILITIES))
          .findFirst()
          .map(line -> Long.parseUnsignedLong(line.substring(CAPABILITIES.length()).strip(), 16))
          .orElse(0L);
    } catch (IOException e) {
      return 0;
    }
  }
}
