package io.limpet.rig.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** What {@code limpet doctor} says of a machine that is made ill. */
@Tag("kernel")
@Tag("waits")
@EnabledIf(value = "isRoot", disabledReason = "needs root to make network namespaces")
class DoctorTest {
  private static final List<String> WITHOUT_PRIVILEGES =
      List.of("setpriv", "--bounding-set", "-net_admin,-net_raw", "--inh-caps", "-all", "--");

  private static final int ATTEMPTS = 3;
  private static final String NOT_IN_TIME = "could not be found out in time";

  @TempDir Path folder;

  private Cable cable;

  static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  @BeforeEach
  void plugIn() throws IOException, InterruptedException {
    cable = new Cable();
    // The kernel looks for duplicates of an IPv6 address before it lets it be used.
    await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () -> Cable.run("ip", "-n", cable.left, "-6", "addr", "show", "tentative").isBlank());
  }

  @AfterEach
  void unplug() throws IOException, InterruptedException {
    cable.close();
  }

  private void inside(String... command) throws IOException, InterruptedException {
    Cable.run(Cable.inside(cable.left, List.of(command)));
  }

  private Path home() {
    return folder.resolve("home");
  }

  private JsonNode doctor(int exitCode, List<String> as) throws Exception {
    List<String> command = new ArrayList<>(as);
    command.addAll(NodeUnderTest.limpet("--home", home().toString(), "doctor", "--json"));
    NodeUnderTest.Ended ended = NodeUnderTest.runToEnd(Cable.inside(cable.left, command));
    for (int i = 1; i < ATTEMPTS && ended.standardOutput().contains(NOT_IN_TIME); i++) {
      // As it says: a busy machine may not start a program in two seconds.
      ended = NodeUnderTest.runToEnd(Cable.inside(cable.left, command));
    }
    assertThat(ended.exitCode())
        .as(ended.standardOutput() + ended.standardError())
        .isEqualTo(exitCode);
    return new ObjectMapper().readTree(ended.standardOutput());
  }

  private static void names(JsonNode answer, String severity, String what, String cure) {
    assertThat(answer.path("findings"))
        .as(answer.toString())
        .anySatisfy(
            finding -> {
              assertThat(finding.path("severity").asText()).isEqualTo(severity);
              assertThat(finding.path("what").asText()).contains(what);
              assertThat(finding.path("cure").asText()).contains(cure);
            });
  }

  @Test
  void aMachineInOrderHasNoProblem() throws Exception {
    JsonNode answer = doctor(0, List.of());
    assertThat(answer.path("problems").asInt()).isZero();
    names(answer, "OK", "hears its own IPv4 multicast on v0", "");
    names(answer, "OK", "hears its own IPv6 multicast on v0", "");
    names(answer, "OK", "UDP port 7464 is free", "");
  }

  @Test
  void withARunningNodeItSaysMore() throws Exception {
    try (NodeUnderTest oak = NodeUnderTest.start(cable.left, home(), "oak", "--no-mdns")) {
      assertThat(oak.isAlive()).isTrue();
      JsonNode answer = doctor(0, List.of());
      names(answer, "OK", "oak runs, process ", "");
      names(answer, "OK", "UDP port 7464 is this node's", "");
      names(answer, "OK", "the node may repair neighbour entries", "");
    }
  }

  @Test
  void anInterfaceWithoutMulticastIsNamed() throws Exception {
    inside("ip", "link", "set", "v0", "multicast", "off");
    names(doctor(1, List.of()), "PROBLEM", "v0 does no multicast", "ip link set v0 multicast on");
    inside("ip", "link", "set", "v0", "multicast", "on");
    assertThat(doctor(0, List.of()).path("problems").asInt()).isZero();
  }

  @Test
  void settingsThatBreakResolutionAndIpv6AreNamed() throws Exception {
    inside("sysctl", "-qw", "net.ipv4.conf.v0.arp_ignore=8", "net.ipv6.conf.v0.disable_ipv6=1");
    JsonNode answer = doctor(1, List.of());
    names(answer, "PROBLEM", "answers no ARP", "sysctl -w net.ipv4.conf.v0.arp_ignore=0");
    names(answer, "WARNING", "IPv6 is disabled on v0", "net.ipv6.conf.v0.disable_ipv6=0");
  }

  @Test
  void theProgramThatHasThePortIsNamed() throws Exception {
    String taker =
        "import socket,sys; s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM);"
            + "s.bind(('',7464)); print('up',flush=True); sys.stdin.read()";
    Process process =
        new ProcessBuilder(Cable.inside(cable.left, List.of("python3", "-c", taker)))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertThat(process.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("up");
      names(
          doctor(1, List.of()),
          "PROBLEM",
          "UDP port 7464 is taken by python3 (process " + process.pid() + ")",
          "--port");
    } finally {
      process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
    }
  }

  @Test
  void aMachineWithoutPrivilegesIsToldHowToGetThem() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "there is no setpriv here");
    names(
        doctor(0, WITHOUT_PRIVILEGES),
        "WARNING",
        "has no CAP_NET_ADMIN or CAP_NET_RAW",
        "limpet linkd");
  }

  @Test
  void anIdentityThatOthersMayReadIsNamed() throws Exception {
    Files.createDirectories(home());
    Path identity = Files.createFile(home().resolve("identity.pem"));
    Files.setPosixFilePermissions(identity, PosixFilePermissions.fromString("rw-r--r--"));
    names(doctor(1, List.of()), "PROBLEM", "others may read the identity", "chmod 600 " + identity);
  }

  @Test
  void aFirewallThatDropsThePortIsNamed() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/sbin/nft")), "there is no nft here");
    inside(
        "nft",
        "add table inet filter; "
            + "add chain inet filter input { type filter hook input priority 0; policy accept; };"
            + " add rule inet filter input udp dport 7464 drop");
    names(
        doctor(1, List.of()),
        "PROBLEM",
        "a rule of nftables drops UDP port 7464",
        "nft insert rule inet filter input udp dport 7464 accept");
  }
}
