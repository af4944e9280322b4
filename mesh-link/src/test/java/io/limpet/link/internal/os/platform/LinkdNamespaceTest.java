package io.limpet.link.internal.os.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.limpet.link.Bytes;
import io.limpet.link.internal.os.linkd.wire.LinkdMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The real daemon as root, and clients without privileges, in one namespace. */
@Tag("kernel")
class LinkdNamespaceTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final String WRONG = "02:00:00:00:00:99";
  private static final String BOTH = "[WRITE_NEIGHBOURS, SEND_ARP]";

  private final List<AutoCloseable> open = new ArrayList<>();
  private Path folder;
  private Path socket;
  private Pair pair;
  private Daemon daemon;

  @BeforeEach
  void startsTheDaemon() throws IOException {
    assumeTrue(Namespace.permitted(), "network namespaces need root");
    folder = Files.createTempDirectory(Path.of("/run"), "limpet-linkd");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    socket = folder.resolve("linkd.sock");
    pair = new Pair("lkd");
    daemon = Daemon.start(pair.a, socket, "veth0", "65534");
    assertThat(daemon.lines()).contains("ready");
  }

  @AfterEach
  void endsEverything() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
    if (daemon != null) {
      daemon.close();
    }
    if (pair != null) {
      assertThat(pair.a.ip("neigh show nud permanent dev veth0")).isEmpty();
      pair.close();
    }
    if (folder != null) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
  }

  private Agent nobody() {
    Agent agent = Agent.asNobody(pair.a, socket.toString());
    open.add(agent);
    return agent;
  }

  private RawClient raw() throws IOException {
    RawClient client = RawClient.greeted(socket);
    open.add(client);
    await().atMost(SOON).until(() -> !client.answers().isEmpty());
    return client;
  }

  private static void awaitGranted(Agent agent) {
    await().atMost(SOON).until(() -> agent.ask("capabilities").equals(BOTH));
  }

  private String entry() {
    return pair.a.ip("-4 neigh show dev veth0 10.77.0.2");
  }

  private void setWrongEntry() {
    pair.a.ip("neigh replace 10.77.0.2 lladdr " + WRONG + " dev veth0 nud reachable");
  }

  @Test
  void aClientWithoutPrivilegesRepairsThroughIt() {
    Agent client = nobody();
    awaitGranted(client);
    assertThat(client.ask("privileges")).contains("WRITE_NEIGHBOURS=LINKD");
    setWrongEntry();
    String mac = Pair.mac(pair.b);

    assertThat(client.ask("replace veth0 10.77.0.2 " + mac))
        .startsWith("true asked linkd")
        .contains("then true replaced the entry of 10.77.0.2");
    assertThat(entry()).contains(mac).contains("REACHABLE");

    setWrongEntry();
    assertThat(client.ask("flush veth0 10.77.0.2")).contains("then true deleted");
    assertThat(entry()).isEmpty();

    assertThat(client.ask("probe veth0 10.77.0.2")).contains("then true made the kernel resolve");
    await().atMost(SOON).until(() -> entry().contains(mac));

    pair.b.ip("neigh replace 10.77.0.1 lladdr " + WRONG + " dev veth0 nud stale");
    assertThat(client.ask("announce veth0 10.77.0.1")).contains("then true announced");
    await()
        .atMost(SOON)
        .until(() -> pair.b.ip("neigh show dev veth0 10.77.0.1").contains(Pair.mac(pair.a)));
    assertThat(client.ask("request veth0 10.77.0.1 10.77.0.2")).contains("then true asked");
    String user = "uid 65534 pid \\d+: ";
    assertThat(daemon.hasLine(user + "replace 10.77.0.2 on veth0 by " + mac + ": done, .*"))
        .as("%s", daemon.lines())
        .isTrue();
    assertThat(daemon.hasLine(user + "announce 10.77.0.1 on veth0: done, .*")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "10.77.0.2, ff:ff:ff:ff:ff:ff",
    "10.77.0.2, 01:00:5e:00:00:01",
    "10.77.0.2, 00:00:00:00:00:00",
    "10.77.0.255, 02:00:00:00:00:07",
    "10.77.0.1, 02:00:00:00:00:07",
    "192.168.1.1, 02:00:00:00:00:07",
    "224.0.0.1, 02:00:00:00:00:07"
  })
  void whatIsNoNeighboursIsNotWritten(String ip, String mac) throws IOException {
    RawClient client = raw();
    client.send(new LinkdMessage.Replace(7, "veth0", ip(ip), mac(mac)));
    await().atMost(SOON).until(() -> !client.all(LinkdMessage.Told.class).isEmpty());
    LinkdMessage.Told told = client.all(LinkdMessage.Told.class).get(0);
    assertThat(told.done()).isFalse();
    assertThat(told.word()).isEqualTo("refused");
    assertThat(entry()).isEmpty();
  }

  @Test
  void ourOwnMacAndOtherInterfacesAreRefused() throws IOException {
    RawClient client = raw();
    client.send(new LinkdMessage.Replace(1, "veth0", ip("10.77.0.2"), mac(Pair.mac(pair.a))));
    client.send(new LinkdMessage.Replace(2, "lo", ip("10.77.0.2"), mac(WRONG)));
    client.send(new LinkdMessage.Announce(3, "veth0", ip("10.77.0.2")));
    await().atMost(SOON).until(() -> client.all(LinkdMessage.Told.class).size() == 3);
    assertThat(client.all(LinkdMessage.Told.class))
        .extracting(LinkdMessage.Told::detail)
        .containsExactly(
            "a MAC of this machine",
            "not one of the interfaces that linkd was started for",
            "not an address of this machine on the interface");
    Agent agent = nobody();
    awaitGranted(agent);
    assertThat(agent.ask("replace lo 10.77.0.2 " + WRONG))
        .isEqualTo("false writing neighbour entries needs CAP_NET_ADMIN");
  }

  @Test
  void anEntryThatAnAdministratorLaidDownStays() throws IOException {
    pair.a.ip("neigh replace 10.77.0.2 lladdr " + WRONG + " dev veth0 nud permanent");
    RawClient client = raw();
    client.send(new LinkdMessage.Flush(1, "veth0", ip("10.77.0.2")));
    await().atMost(SOON).until(() -> !client.all(LinkdMessage.Told.class).isEmpty());
    assertThat(client.all(LinkdMessage.Told.class).get(0).detail()).contains("PERMANENT");
    assertThat(entry()).contains("PERMANENT");
    pair.a.ip("neigh del 10.77.0.2 dev veth0");
  }

  @Test
  void anotherUserIsRefusedAndCounted() {
    Agent stranger = Agent.asUser(pair.a, 65533, socket.toString());
    open.add(stranger);
    await()
        .atMost(SOON)
        .until(() -> daemon.hasLine("refused uid 65533 pid \\d+: user 65533 is not among .*"));
    assertThat(daemon.counters()).startsWith("counters refused=1 ");
    await()
        .atMost(SOON)
        .until(() -> stranger.ask("privileges").contains("refuses: user 65533 is not among"));
    assertThat(stranger.ask("capabilities")).isEqualTo("[]");
    assertThat(stranger.ask("replace veth0 10.77.0.2 " + WRONG)).startsWith("false");
    assertThat(entry()).isEmpty();
  }

  @Test
  void aDaemonThatIsKilledAndStartedAgainIsFoundAgain() {
    Agent client = nobody();
    awaitGranted(client);

    daemon.kill();
    await().atMost(SOON).until(() -> client.ask("capabilities").equals("[]"));
    assertThat(client.ask("replace veth0 10.77.0.2 " + WRONG))
        .isEqualTo("false writing neighbour entries needs CAP_NET_ADMIN");
    assertThat(client.ask("provoke veth0 10.77.0.1")).startsWith("true");
    assertThat(socket).exists();

    daemon = Daemon.start(pair.a, socket, "veth0", "65534");
    assertThat(daemon.lines()).contains("ready");
    awaitGranted(client);
    assertThat(client.ask("replace veth0 10.77.0.2 " + Pair.mac(pair.b))).contains("then true");
  }

  @Test
  void aSecondDaemonDoesNotTakeTheSocketOfTheFirst() {
    try (Daemon second = Daemon.start(pair.a, socket, "veth0", "65534")) {
      assertThat(second.lines())
          .containsExactly("failed: a linkd listens on " + socket + " already");
    }
    awaitGranted(nobody());
  }

  @Test
  void whatCannotBeIsSaidInOneLine() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    Path open = Files.createDirectory(folder.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertFails("is there and not a socket", file, "veth0", "65534");
    assertFails("can be written by others", open.resolve("s"), "veth0", "65534");
    assertFails("there is no user 'nosuchuser'", folder.resolve("s"), "veth0", "nosuchuser");
    assertFails(
        "not an absolute path of a program that root owns",
        folder.resolve("s"),
        "veth0",
        "65534",
        file + " {mac}");
    Files.delete(open);
    try (Daemon ordinary =
        Daemon.start(pair.a, Agent.unprivileged(65534), folder.resolve("s"), "veth0", "65534")) {
      assertThat(ordinary.lines()).hasSize(1);
      assertThat(ordinary.lines().get(0)).contains("needs CAP_NET_ADMIN and CAP_NET_RAW");
    }
  }

  private void assertFails(String why, Path at, String... arguments) {
    try (Daemon failed = Daemon.start(pair.a, at, arguments)) {
      assertThat(failed.lines()).hasSize(1);
      assertThat(failed.lines().get(0)).startsWith("failed: ").contains(why);
    }
  }

  @Test
  void whoeverDoesNotSpeakTheProtocolIsDisconnectedAndCounted() throws IOException {
    try (RawClient rude = new RawClient(socket, true);
        RawClient impatient = new RawClient(socket, true);
        RawClient foreign = new RawClient(socket, true);
        RawClient silent = new RawClient(socket, true)) {
      rude.send("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      impatient.send(new LinkdMessage.Flush(1, "veth0", ip("10.77.0.2")));
      foreign.send(new LinkdMessage.Greet(2, 9));
      await()
          .atMost(SOON)
          .until(() -> rude.isClosed() && impatient.isClosed() && foreign.isClosed());
      assertThat(foreign.answers())
          .containsExactly(new LinkdMessage.Refused("this linkd speaks version 1 only"));
      assertThat(daemon.counters()).contains(" malformed=2 ");
      await().atMost(SOON).until(silent::isClosed);
    }
    awaitGranted(nobody());
  }

  @Test
  void requestsAreLimitedByAddressAndByUser() throws IOException {
    RawClient client = raw();
    for (int i = 0; i < 20; i++) {
      client.send(new LinkdMessage.Flush(i, "veth0", ip("10.77.0.2")));
    }
    for (int i = 0; i < 60; i++) {
      client.send(new LinkdMessage.Flush(i, "veth0", ip("10.77.0." + (100 + i))));
    }
    await().atMost(SOON).until(() -> client.all(LinkdMessage.Told.class).size() == 80);
    assertThat(client.all(LinkdMessage.Told.class))
        .anyMatch(told -> told.detail().startsWith("too many requests for one address"))
        .anyMatch(told -> told.detail().startsWith("too many requests of one user"));
    long busy =
        client.all(LinkdMessage.Told.class).stream().filter(t -> t.word().equals("busy")).count();
    assertThat(busy).isGreaterThan(30);
    assertThat(daemon.lines().stream().filter(line -> line.contains(": busy, ")).count())
        .isLessThan(5);
  }

  @Test
  void noClientHoldsUpAnother() throws IOException {
    try (RawClient deaf = new RawClient(socket, false)) {
      deaf.send(new LinkdMessage.Greet(1, 1));
      deaf.channel().configureBlocking(false);
      byte[] flood = flood();
      RawClient client = raw();
      boolean ended = false;
      for (int i = 0; i < 5_000 && !ended; i++) {
        try {
          int unused = deaf.channel().write(ByteBuffer.wrap(flood));
        } catch (IOException e) {
          ended = true; // it asked and did not listen
        }
        if (i % 500 == 0) {
          int before = client.all(LinkdMessage.Pong.class).size();
          client.send(new LinkdMessage.Ping());
          await()
              .pollInterval(Duration.ofMillis(5))
              .atMost(Duration.ofSeconds(2))
              .until(() -> client.all(LinkdMessage.Pong.class).size() > before);
        }
      }
      // Its own answers pile up: it is let go, long before they are many.
      await()
          .atMost(SOON)
          .until(
              () -> {
                try {
                  return deaf.channel().write(ByteBuffer.wrap(flood)) < 0;
                } catch (IOException e) {
                  return true;
                }
              });
    }
  }

  private static byte[] flood() {
    ByteBuffer many = ByteBuffer.allocate(3 * 1000);
    for (int i = 0; i < 1000; i++) {
      many.put(new byte[] {0, 1, 9});
    }
    return many.array();
  }

  @Test
  void clientsAreBoundedInNumber() throws IOException {
    for (int i = 0; i < 8; i++) {
      raw();
    }
    RawClient ninth = raw();
    assertThat(ninth.answers()).containsExactly(new LinkdMessage.Refused("too many clients"));
    awaitGranted(nobody());
  }

  @ParameterizedTest
  @ValueSource(strings = {"inet", "inet6"})
  void onlyAStrandedSocketIsDestroyed(String family) {
    Agent program = Agent.asRoot(pair.a);
    open.add(program);
    Agent far = Agent.asRoot(pair.b);
    open.add(far);
    Agent client = nobody();
    assertThat(far.ask("listen 5000")).isEqualTo("listening");
    program.ask("connect 10.77.0.2 5000 " + family);

    assertThat(client.ask("destroy-by-linkd " + socket))
        .isEqualTo("[linkd: refused, the socket is not stranded]");
    assertThat(program.ask("read")).isEqualTo("read 0");

    pair.a.ip("addr del 10.77.0.1/24 dev veth0");
    assertThat(client.ask("destroy-by-linkd " + socket)).isEqualTo("[destroyed]");
    assertThat(program.ask("read")).isEqualTo("failed");
  }

  @Test
  void theSiteHookOfTheDaemonIsRunForItsClients() {
    daemon.close();
    daemon =
        Daemon.start(pair.a, socket, "veth0", "65534", "/bin/echo {interface} {mac} {ip} {peer}");
    Agent client = nobody();
    await()
        .atMost(SOON)
        .until(() -> client.ask("capabilities").equals("[WRITE_NEIGHBOURS, SEND_ARP, SITE_HOOK]"));
    assertThat(client.ask("hook veth0 10.77.0.2 " + Pair.mac(pair.b)))
        .startsWith("true asked linkd")
        .contains("then true /bin/echo: veth0 " + Pair.mac(pair.b) + " 10.77.0.2 2001:20:");
    assertThat(daemon.hasLine(".*site hook for 10.77.0.2 on veth0 at .*: exit 0, .*")).isTrue();
    assertThat(client.ask("hook veth0 10.99.0.2 " + Pair.mac(pair.b))).contains("then false");
  }

  private static InetAddress ip(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Bytes mac(String text) {
    return Bytes.of(HexFormat.ofDelimiter(":").parseHex(text));
  }
}
