package io.limpet.rig.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import io.limpet.rig.node.Attacker.Deed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two honest nodes and one attacker on a wire that all three hear, on the real kernel. The attacker
 * can send any frame, hears every frame, and has no key.
 */
@Tag("kernel")
@EnabledIf(value = "isRoot", disabledReason = "needs root to make network namespaces")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AttackTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final int FLOOD_PER_SECOND = 20_000;
  private static final int BULK_SECONDS = 3;
  private static final int FLOOD_SECONDS = BULK_SECONDS + 2;
  private static final int ATTEMPTS = 3;
  private static final String UNUSED_PORT = "9";

  /** The journal tells of a reason once in five seconds. */
  private static final int TELLINGS = 1 + FLOOD_SECONDS / 5 + 1;

  private Path folder;

  private final Forgeries forgeries = new Forgeries(20261126);
  private Hub hub;
  private NodeUnderTest oak;
  private NodeUnderTest elm;
  private Attacker mallory;

  static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  @BeforeAll
  void gather(@TempDir Path temporary) throws IOException, InterruptedException {
    folder = temporary;
    hub = new Hub();
    mallory = new Attacker(folder, hub.mallory.namespace());
    oak = NodeUnderTest.start(hub.oak.namespace(), folder.resolve("oak"), "oak", "--perf");
    elm = NodeUnderTest.start(hub.elm.namespace(), folder.resolve("elm"), "elm", "--perf");
    awaitUnicast();
  }

  @AfterAll
  void part() throws IOException {
    if (oak != null) {
      oak.close();
    }
    if (elm != null) {
      elm.close();
    }
    hub.close();
  }

  private void awaitUnicast() {
    await().atMost(PATIENCE).until(() -> path(oak, "elm").equals("unicast"));
    await().atMost(PATIENCE).until(() -> path(elm, "oak").equals("unicast"));
  }

  @Test
  @Order(1)
  void whatIsRecordedRepeatedAndDamagedChangesNothing() throws Exception {
    String activity =
        oak.call("share", Map.of("type", "chat", "title", "lunch", "open", false))
            .path("activity")
            .asText();
    Path record = folder.resolve("record");
    JsonNode heard;
    try (Deed recording = mallory.begin("record", Hub.DEVICE, record.toString())) {
      // A restart is the time when hellos and handshakes are on the air.
      elm.close();
      elm = NodeUnderTest.start(hub.elm.namespace(), folder.resolve("elm"), "elm", "--perf");
      awaitUnicast();
      oak.call("invite", Map.of("peer", "elm", "activity", activity));
      await().atMost(PATIENCE).until(() -> elm.call("invitations").size() == 1);
      heard = recording.done().path("kinds");
    }
    System.out.println("AttackTest recorded by type: " + heard);
    for (String type : List.of("1", "2", "3", "4")) {
      assertThat(heard.path(type).asInt()).as("datagrams of type %s", type).isPositive();
    }
    elm.call("accept", Map.of("id", elm.call("invitations").get(0).path("id").asText()));
    await()
        .atMost(PATIENCE)
        .until(() -> oak.call("invitations").get(0).path("state").asText().equals("ACCEPTED"));

    List<String> said = new ArrayList<>();
    try (Deed repeating = mallory.begin("repeat", Hub.DEVICE, "2000", record.toString())) {
      for (int i = 0; i < 20; i++) {
        said.add("line " + i);
        elm.call("say", Map.of("id", activity, "text", "line " + i));
      }
      System.out.println("AttackTest repeated: " + repeating.done());
    }
    await().atMost(PATIENCE).until(() -> lines(activity).contains("line 19"));
    assertThat(lines(activity)).as("each line once, in order").isEqualTo(said);
    for (NodeUnderTest node : List.of(oak, elm)) {
      assertThat(node.call("peers")).hasSize(1);
      assertThat(rejections(node)).containsKeys("replayed hello", "frames not authentic");
    }
    assertThat(pathsSettle()).isTrue();
  }

  @Test
  @Order(2)
  void poisonedNeighbourTablesAreToldOfAndTheStreamGoesOn() throws Exception {
    long since = System.currentTimeMillis();
    try (Deed poisoning =
        mallory.begin(
            "poison",
            Hub.DEVICE,
            "8",
            hub.mallory.mac(),
            hub.oak.mac(),
            hub.oak.ip(),
            hub.elm.mac(),
            hub.elm.ip())) {
      JsonNode ping =
          oak.call(
              "perf.ping",
              Map.of("peer", "elm", "count", 140, "intervalMs", 50, "size", 200, "drainMs", 5000));
      System.out.println("AttackTest pings through poisoned tables: " + ping);
      assertThat(ping.path("received").asInt()).isEqualTo(ping.path("sent").asInt());
      assertThat(poisoning.done().path("told").asInt()).isPositive();
    }
    for (NodeUnderTest node : List.of(oak, elm)) {
      List<JsonNode> verdicts =
          journal(node).stream()
              .filter(event -> event.path("event").asText().startsWith("repair."))
              .filter(event -> Instant.parse(event.path("time").asText()).toEpochMilli() >= since)
              .filter(event -> event.toString().contains(hub.mallory.mac()))
              .toList();
      assertThat(verdicts).as("repairs that name the false MAC").isNotEmpty();
      assertThat(verdicts)
          .extracting(event -> event.path("diagnosis").asText())
          .containsAnyOf("NEIGHBOUR_STALE", "UNICAST_BLACKHOLE");
    }
    assertThat(pathsSettle()).isTrue();
  }

  @Test
  @Order(3)
  void halfTheGoodputAndMoreIsLeftInAFloodOfHandshakesAndOfHellos() throws Exception {
    bulk(); // warm
    long before = liveBytes(elm);
    double quiet = bulk();
    Path rubbish = mallory.payloads("rubbish", forgeries.rubbish());
    double control = bulkIn("rubbish to an unused port", rubbish, UNUSED_PORT, false, 0);
    double quietAgain = bulk();
    double half = Math.min(quiet, quietAgain) / 2;
    String address = elm.call("status").path("address").asText();
    Path handshakes = mallory.payloads("handshakes", forgeries.firstMessages(address));
    double inHandshakes = bulkIn("handshakes", handshakes, Attacker.PORT, false, half);
    List<byte[]> signed = forgeries.signedHellos();
    Path unsigned = mallory.payloads("unsigned", forgeries.unsignedHellos(signed));
    double inUnsigned = bulkIn("hellos with false signatures", unsigned, Attacker.PORT, true, half);
    assertThat(oak.call("peers")).as("nothing accepted").hasSize(1);
    assertThat(elm.call("peers")).as("nothing accepted").hasSize(1);
    Path names = mallory.payloads("signed", signed);
    double inSigned = bulkIn("hellos of false identities", names, Attacker.PORT, true, half);

    System.out.printf(
        "AttackTest goodput in Mbit/s: quiet %.0f and %.0f, rubbish elsewhere %.0f, handshakes"
            + " %.0f, hellos with false signatures %.0f, of false identities %.0f%n",
        quiet, quietAgain, control, inHandshakes, inUnsigned, inSigned);
    assertThat(inHandshakes).isGreaterThan(half);
    assertThat(inUnsigned).isGreaterThan(half);
    assertThat(inSigned).isGreaterThan(half);
    long grown = liveBytes(elm) - before;
    System.out.println("AttackTest heap grown by " + grown / 1024 + " kB");
    assertThat(grown).as("bytes alive").isLessThan(16L << 20);
    // Some come in: what the flood is made of is read, or it would prove nothing.
    assertThat(elm.call("peers").size()).isBetween(2, 512);
    assertThat(path(oak, "elm")).isEqualTo("unicast");
    assertThat(rejections(elm))
        .containsKeys("handshake without cookie under load", "too many hellos", "forged hello");
  }

  @Test
  @Order(4)
  void noKeyIsInAnythingThatTheNodesHaveWritten() throws Exception {
    int searched = 0;
    for (NodeUnderTest node : List.of(oak, elm)) {
      byte[] seed = seed(node.home().resolve("identity.pem"));
      byte[] base64 = Base64.getEncoder().withoutPadding().encode(seed);
      List<String> forms =
          List.of(
              new String(seed, StandardCharsets.ISO_8859_1),
              HexFormat.of().formatHex(seed),
              new String(base64, StandardCharsets.ISO_8859_1));
      List<Path> files;
      try (Stream<Path> all = Files.walk(folder)) {
        files = all.filter(Files::isRegularFile).toList();
      }
      for (Path file : files) {
        if (!file.endsWith("identity.pem")) {
          String contents = Files.readString(file, StandardCharsets.ISO_8859_1);
          assertThat(forms).as(file.toString()).noneMatch(contents::contains);
          searched++;
        }
      }
    }
    assertThat(searched).as("files searched").isGreaterThan(8);
  }

  /** RFC 8410: the seed is an octet string of 32 bytes in one of 34. */
  private static byte[] seed(Path identity) throws IOException {
    String base64 =
        Files.readAllLines(identity).stream()
            .dropWhile(line -> !line.startsWith("-----BEGIN"))
            .skip(1)
            .takeWhile(line -> !line.startsWith("-----END"))
            .collect(Collectors.joining());
    String der = HexFormat.of().formatHex(Base64.getDecoder().decode(base64));
    int at = der.indexOf("04220420");
    assertThat(at).isPositive();
    return HexFormat.of().parseHex(der.substring(at + 8, at + 8 + 64));
  }

  private double bulk() throws ControlException {
    JsonNode result = oak.call("perf.bulk", Map.of("peer", "elm", "seconds", BULK_SECONDS));
    return result.path("goodputBitsPerSecond").asDouble() / 1e6;
  }

  /**
   * Measures in a flood, again when it is less than hoped for: the attacker, both nodes and what
   * else the machine does share two cores, and of one measurement that is as much luck as anything.
   */
  private double bulkIn(String what, Path payloads, String port, boolean toGroup, double hoped)
      throws Exception {
    double best = 0;
    for (int i = 0; i < ATTEMPTS && best <= hoped; i++) {
      best = Math.max(best, bulkOnceIn(what, payloads, port, toGroup));
    }
    return best;
  }

  private double bulkOnceIn(String what, Path payloads, String port, boolean toGroup)
      throws Exception {
    int told = tellings(elm);
    String mac = toGroup ? Attacker.GROUP_MAC : hub.elm.mac();
    String ip = toGroup ? Attacker.GROUP_IP : hub.elm.ip();
    try (Deed flood = mallory.flood(FLOOD_PER_SECOND, FLOOD_SECONDS, payloads, mac, ip, port)) {
      double goodput = bulk();
      JsonNode done = flood.done();
      double rate = done.path("sent").asInt() / done.path("seconds").asDouble();
      System.out.printf("AttackTest %s: %.0f/s, goodput %.0f Mbit/s%n", what, rate, goodput);
      // On a machine that is busy otherwise the attacker gets less done as well.
      assertThat(rate).as("a flood worth its name").isGreaterThan(FLOOD_PER_SECOND / 4.0);
      int reasons = Math.max(1, rejections(elm).size());
      assertThat(tellings(elm) - told)
          .as("lines in the journal")
          .isLessThanOrEqualTo(reasons * TELLINGS);
      return goodput;
    }
  }

  /** Returns what is alive on a node's heap, after a collection. */
  private static long liveBytes(NodeUnderTest node) throws IOException, InterruptedException {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    String histogram = Cable.run(List.of(jcmd, Long.toString(javaPid(node)), "GC.class_histogram"));
    String total =
        histogram.lines().filter(line -> line.startsWith("Total")).findFirst().orElseThrow();
    return Long.parseLong(total.split("\\s+", -1)[2]);
  }

  private static long javaPid(NodeUnderTest node) {
    return node.pid(); // "ip netns exec" becomes the command
  }

  private boolean pathsSettle() {
    awaitUnicast();
    return true;
  }

  private static List<JsonNode> journal(NodeUnderTest node) throws IOException {
    ObjectMapper json = new ObjectMapper();
    try (Stream<Path> files = Files.list(node.home().resolve("journal"))) {
      return files
          .flatMap(
              file -> {
                try {
                  return Files.readAllLines(file).stream();
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              })
          .map(
              line -> {
                try {
                  return json.readTree(line);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              })
          .toList();
    }
  }

  private static int tellings(NodeUnderTest node) throws IOException {
    return (int)
        journal(node).stream()
            .filter(event -> event.path("event").asText().equals("security.rejected"))
            .count();
  }

  private static Map<String, Long> rejections(NodeUnderTest node) throws IOException {
    Map<String, Long> counts = new TreeMap<>();
    for (JsonNode event : journal(node)) {
      if (event.path("event").asText().equals("security.rejected")) {
        counts.merge(event.path("reason").asText(), event.path("count").asLong(), Long::sum);
      }
    }
    return counts;
  }

  private List<String> lines(String activity) throws ControlException {
    List<String> heard = new ArrayList<>();
    new ControlClient(folder.resolve("oak"))
        .call(
            "listen",
            Map.of("id", activity, "history", true, "count", 0),
            line -> heard.add(line.path("text").asText()));
    heard.removeIf(String::isEmpty); // who came and went
    return heard;
  }

  private static String path(NodeUnderTest node, String peer) throws ControlException {
    return node.peer(peer).path("path").asText();
  }
}
