package io.limpet.node.internal.doctor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Makes all checks at once, and waits for none longer than it should take. */
public final class Doctor {
  private static final long CHECK_TIMEOUT_MS = 2_000;

  private final Map<String, Check> checks;
  private final long timeoutMs;

  Doctor(Map<String, Check> checks, long timeoutMs) {
    this.checks = checks;
    this.timeoutMs = timeoutMs;
  }

  /**
   * A doctor who looks at everything.
   *
   * @param port the UDP port of the multicast groups
   */
  public static Doctor general(int port) {
    Map<String, Check> checks = new LinkedHashMap<>();
    checks.put("java", new JavaCheck());
    checks.put("kernel", new KernelCheck());
    checks.put("privileges", new PrivilegeCheck());
    checks.put("home", new HomeCheck());
    checks.put("clock", new ClockCheck());
    checks.put("interface", new InterfaceCheck());
    checks.put("ipv6", new Ipv6Check());
    checks.put("radio", new RadioCheck());
    checks.put("sysctl", new NeighbourSettingsCheck());
    checks.put("echo", new EchoCheck());
    checks.put("port", new PortCheck(port));
    checks.put("firewall", new FirewallCheck(port));
    checks.put("mdns", new MdnsCheck());
    checks.put("limits", new LimitsCheck());
    checks.put("node", new NodeCheck());
    checks.put("mtu", new PathMtuCheck());
    return new Doctor(checks, CHECK_TIMEOUT_MS);
  }

  /** Looks; takes little more than two seconds, whatever the machine does. */
  public List<Finding> examine(Facts facts) {
    ExecutorService pool =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "limpet-doctor");
              thread.setDaemon(true);
              return thread;
            });
    try {
      Map<String, Future<List<Finding>>> running = new LinkedHashMap<>();
      checks.forEach((name, check) -> running.put(name, pool.submit(() -> check.examine(facts))));
      long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
      List<Finding> findings = new ArrayList<>();
      running.forEach((name, result) -> findings.addAll(await(name, result, deadlineNs)));
      return findings;
    } finally {
      pool.shutdownNow();
    }
  }

  private static List<Finding> await(String name, Future<List<Finding>> result, long deadlineNs) {
    try {
      return result.get(Math.max(1, deadlineNs - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return List.of(
          Finding.warning(
              name,
              "this could not be found out in time",
              "try again; if it stays so, something on this machine hangs"));
    } catch (ExecutionException e) {
      return List.of(
          Finding.warning(
              name,
              "this could not be found out (" + e.getCause() + ")",
              "please report it with this line"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }
}
