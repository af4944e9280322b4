package io.limpet.rig.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.limpet.node.internal.control.ControlException;
import io.limpet.rig.MeshRig;
import io.limpet.rig.Rig;
import io.limpet.rig.RigDevice;
import io.limpet.rig.RigProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs that know nothing of the mesh, on real kernels: OpenSSH, curl and Python's HTTP server
 * go on while unicast is swallowed and while an address is replaced.
 */
@Tag("kernel")
@Tag("waits")
@Timeout(120)
class ForwardTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Path SSHD = Path.of("/usr/sbin/sshd");
  private static final Path SSH = Path.of("/usr/bin/ssh");

  /** So many lines in so many tenths of a second. */
  private static final int LINES = 60;

  @TempDir Path folder;

  private RigNodes nodes;

  private final List<Thread> openings = new ArrayList<>();

  @BeforeEach
  void prepare() {
    nodes = new RigNodes(folder);
  }

  @AfterEach
  void stop() {
    openings.forEach(Thread::interrupt);
  }

  /** Opens something for as long as the test goes on. */
  private void open(RigDevice device, String command, Map<String, ?> arguments) throws Exception {
    int before = nodes.client(device).call("forwards", Map.of()).size();
    Thread thread =
        new Thread(
            () -> {
              try {
                nodes.client(device).call(command, arguments);
              } catch (ControlException e) {
                // Said by what then does not work, or it is the end of the test.
              }
            },
            command);
    openings.add(thread);
    thread.start();
    await(command)
        .atMost(PATIENCE)
        .until(() -> nodes.client(device).call("forwards", Map.of()).size() > before);
  }

  private Path key(String name) throws IOException, InterruptedException {
    Path key = folder.resolve(name);
    Cable.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString());
    return key;
  }

  /** An SSH server that only elm itself can reach. */
  private void startSshd(RigDevice elm, Path userKey) throws Exception {
    Path authorized = folder.resolve("authorized");
    Files.copy(userKey.resolveSibling(userKey.getFileName() + ".pub"), authorized);
    Path config = folder.resolve("sshd_config");
    Files.writeString(
        config,
        String.join(
            "\n",
            "ListenAddress 127.0.0.1:2022",
            "HostKey " + key("host"),
            "AuthorizedKeysFile " + authorized,
            "StrictModes no",
            "UsePAM no",
            "PasswordAuthentication no",
            "PermitRootLogin prohibit-password",
            "PidFile none",
            ""));
    Files.createDirectories(
        Path.of("/run/sshd"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    elm.exec(SSHD.toString(), "-D", "-e", "-f", config.toString());
  }

  private void startHttp(RigDevice elm) throws IOException {
    Path site = Files.createDirectory(folder.resolve("site"));
    Files.writeString(site.resolve("index.html"), "leaves of elm");
    elm.exec(
        "python3",
        "-m",
        "http.server",
        "--bind",
        "127.0.0.1",
        "--directory",
        site.toString(),
        "8000");
  }

  private static RigProcess curl(RigDevice device, String... arguments) {
    List<String> command =
        new ArrayList<>(List.of("curl", "-sS", "--max-time", "20", "--retry-connrefused"));
    command.addAll(List.of(arguments));
    RigProcess process = device.exec(command);
    process.waitFor(PATIENCE);
    return process;
  }

  private static void fetches(RigDevice oak) {
    RigProcess fetched = curl(oak, "--socks5-hostname", "127.0.0.1:1080", "http://elm.mesh/");
    assertThat(fetched.stdout().strip()).as(fetched.stderr()).isEqualTo("leaves of elm");
  }

  private static void replaceAddress(RigDevice device) throws Exception {
    byte[] octets = device.ipv4().getAddress();
    String old = device.ipv4().getHostAddress();
    octets[3] = (byte) 199;
    String replacement = InetAddress.getByAddress(octets).getHostAddress();
    String name = device.interfaceName();
    Cable.run("ip", "-n", device.namespace(), "addr", "del", old + "/24", "dev", name);
    Cable.run("ip", "-n", device.namespace(), "addr", "add", replacement + "/24", "dev", name);
    Cable.run("ip", "-n", device.namespace(), "route", "replace", "224.0.0.0/4", "dev", name);
  }

  @Test
  @MeshRig(names = {"oak", "elm"})
  void sshAndHttpGoOnWhileUnicastIsDeadAndWhileTheAddressChanges(Rig rig) throws Exception {
    assumeThat(SSHD).as("openssh-server").exists();
    assumeThat(SSH).as("openssh-client").exists();
    RigDevice oak = rig.device("oak");
    RigDevice elm = rig.device("elm");
    Path userKey = key("user");
    startSshd(elm, userKey);
    startHttp(elm);
    nodes.start(oak);
    nodes.start(elm);
    nodes.awaitUnicast(oak);
    open(elm, "expose", Map.of("port", 22, "to", "2022", "as", "ssh", "allow", List.of("oak")));
    open(elm, "expose", Map.of("port", 80, "to", "8000", "allow", List.of("everyone")));
    open(oak, "forward", Map.of("at", "2222", "peer", "elm", "service", "ssh"));
    open(oak, "socks", Map.of("at", "1080"));
    fetches(oak);

    RigProcess ssh = ssh(oak, userKey);
    await().atMost(PATIENCE).until(() -> ssh.stdout().contains("3\n"));
    rig.blackHole(oak, elm);
    fetches(oak);
    await().atMost(PATIENCE).until(() -> nodes.path(oak).equals("multicast"));
    fetches(oak);
    rig.healAll();
    replaceAddress(elm);
    fetches(oak);

    assertThat(ssh.waitFor(PATIENCE)).as(ssh.stderr()).isZero();
    assertThat(ssh.stdout())
        .isEqualTo(
            IntStream.rangeClosed(1, LINES)
                .mapToObj(i -> i + "\n")
                .collect(Collectors.joining("", "", "elm has said it\n")));

    // What is not exposed is not reached, and the proxy says so at once.
    RigProcess refused = curl(oak, "--socks5-hostname", "127.0.0.1:1080", "http://elm.mesh:8000/");
    assertThat(refused.exitCode()).hasValue(97);
    assertThat(refused.stderr()).contains("(5)");
  }

  private RigProcess ssh(RigDevice oak, Path userKey) {
    return oak.exec(
        SSH.toString(),
        "-p",
        "2222",
        "-i",
        userKey.toString(),
        "-o",
        "IdentitiesOnly=yes",
        "-o",
        "StrictHostKeyChecking=accept-new",
        "-o",
        "UserKnownHostsFile=" + folder.resolve("known_hosts"),
        "root@127.0.0.1",
        "for i in $(seq 1 " + LINES + "); do echo $i; sleep 0.1; done; echo elm has said it");
  }
}
