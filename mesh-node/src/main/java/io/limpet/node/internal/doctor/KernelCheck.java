package io.limpet.node.internal.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the kernel is able to do for speed and for seeing. */
final class KernelCheck implements Check {
  private static final String NAME = "kernel";
  private static final Pattern VERSION = Pattern.compile("([0-9]{1,4})\\.([0-9]{1,4}).*");

  /** UDP_SEGMENT came with 4.18, UDP_GRO with 5.0. */
  private static final int GSO = 4_018;

  private static final int GRO = 5_000;

  @Override
  public List<Finding> examine(Facts facts) {
    Optional<String> release = facts.read("/proc/sys/kernel/osrelease").map(String::strip);
    if (release.isEmpty()) {
      return List.of(
          Finding.warning(
              NAME,
              "this is not Linux: neighbour entries are neither seen nor repaired",
              "nothing: multicast carries what unicast does not"));
    }
    List<Finding> findings = new ArrayList<>();
    int version = version(release.get());
    findings.add(
        version >= GRO
            ? Finding.ok(NAME, "Linux " + release.get() + ", sends and receives in batches")
            : Finding.warning(
                NAME,
                "Linux "
                    + release.get()
                    + (version >= GSO ? " cannot receive" : " can neither send nor receive")
                    + " UDP in batches: bulk is slower",
                "update to Linux 5.0 or newer"));
    facts
        .kernelSocketsFailure()
        .ifPresent(
            why ->
                findings.add(
                    Finding.warning(
                        NAME,
                        "the kernel does not list TCP sockets (" + why + ")",
                        "load the modules inet_diag and tcp_diag; only 'limpet sockets' needs"
                            + " them")));
    return findings;
  }

  private static int version(String release) {
    Matcher matcher = VERSION.matcher(release);
    return matcher.matches()
        ? Integer.parseInt(matcher.group(1)) * 1_000 + Integer.parseInt(matcher.group(2))
        : 0;
  }
}
