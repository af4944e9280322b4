package io.limpet.presence;

import static io.limpet.presence.MdnsBetweenLaptopsTest.awaitLine;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.limpet.presence.Laptops.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node beside a laptop that has no Limpet but Avahi, as most have. */
@Tag("kernel")
class MdnsWithAvahiTest {
  private static final String TYPE = "_limpet._udp";

  @TempDir Path folder;

  private Laptops laptops;
  private String right;
  private String left;
  private Child elm;
  private Child oak;
  private Child avahi;

  @BeforeEach
  void startANodeAndAnAvahi() throws IOException {
    assumeTrue(Laptops.available(), "network namespaces need root");
    assumeTrue(Files.exists(Path.of("/usr/sbin/avahi-daemon")), "avahi-daemon is not installed");
    laptops = new Laptops(folder);
    left = laptops.add("left");
    right = laptops.add("right");
    laptops.connect(left, "eth0", "10.77.0.1/24", right, "eth0", "10.77.0.2/24");
    // In a mount namespace of its own the daemons have their own /run, and disturb nobody's.
    avahi =
        laptops.start(
            "avahi",
            "ip",
            "netns",
            "exec",
            right,
            "unshare",
            "-m",
            "sh",
            "-c",
            "mount -t tmpfs tmpfs /run && mkdir -p /run/dbus /run/avahi-daemon"
                + " && chown avahi:avahi /run/avahi-daemon"
                + " && dbus-daemon --system --fork && echo bus is up"
                + " && exec avahi-daemon --no-rlimits --no-drop-root --no-chroot");
    awaitLine(avahi, 0, "bus is up");
    elm = laptops.presence(left, "elm", 1);
    oak = laptops.presence(right, "oak", 2); // Beside the daemon, on the same laptop.
  }

  @AfterEach
  void takeThemAway() throws IOException {
    if (laptops != null) {
      laptops.close();
    }
  }

  @Test
  void avahiSeesTheNodesOnBothLaptopsFollowsTheirChangesAndSeesThemGo() throws Exception {
    awaitBrowsed(node("10.77.0.1", "elm", 1, "", ""));
    awaitBrowsed(node("10.77.0.2", "oak", 2, "", ""));
    awaitLine(elm, 0, "Online oak");

    elm.say("status at the river");
    oak.say("share pond tree");
    awaitBrowsed(node("10.77.0.1", "elm", 1, "at the river", ""));
    awaitBrowsed(node("10.77.0.2", "oak", 2, "", "pond,tree"));

    elm.say("quit");
    assertThat(elm.process().waitFor(20, TimeUnit.SECONDS)).as("exits: %s", elm).isTrue();
    elm = laptops.presence(left, "elm of the pond", 1); // A nickname changes with a new start.
    awaitBrowsed(node("10.77.0.1", "elm of the pond", 1, "", ""));
    // The goodbye of the old life has arrived.
    awaitBrowsed(lines -> lines.stream().noneMatch(line -> line.contains("\"n=elm\"")));
  }

  @Test
  void theNodesSeeWhatAvahiPublishesAndItsChangesAndNotWhatHasNoSense() throws Exception {
    String k = "0123456789abcdef0123456789abcdef";
    String ash = "avahi-publish -s Ash " + TYPE + " 7464 a=2001:20::9 k=" + k + " n=ash e=3 ";
    inAvahi("publisher", "avahi-publish -s Nonsense " + TYPE + " 7464 a=fe80::1 k=" + k + " e=1");
    Child publisher = inAvahi("publisher", ash + "c=#00ff00,#0000ff s=hello v=pond");
    for (Child node : List.of(elm, oak)) {
      awaitLine(
          node,
          0,
          "Online ash 00000009 ONLINE sources=[mdns] epoch=3 colours=#00ff00,#0000ff status=hello"
              + " activities=[pond]");
    }
    int before = elm.lines().size();
    publisher.process().descendants().forEach(ProcessHandle::destroy);
    publisher.process().destroy();
    inAvahi("publisher", ash + "c=#00ff00,#0000ff s=again v=tree");
    awaitLine(elm, before, "status=again activities=[tree]");

    assertThat(elm.lines()).noneMatch(line -> line.contains("Nonsense"));
    int asked = elm.lines().size();
    elm.say("people");
    awaitLine(elm, asked, "people 2");
  }

  @Test
  void oneNicknameAndEvenOneInstanceNameAreSeveralServicesEachWithItsOwnText() throws Exception {
    Child other = laptops.presence(right, "elm", 3);
    awaitBrowsed(node("10.77.0.1", "elm", 1, "", ""));
    awaitBrowsed(node("10.77.0.2", "elm", 3, "", ""));
    awaitLine(elm, 0, "Online elm 00000003");
    awaitLine(other, 0, "Online elm 00000001");

    // Somebody without Limpet wants the very name that a node has: whose it is, nobody can say.
    String name =
        browse().stream()
            .filter(line -> line.contains("\\0350000000" + 1 + '-'))
            .map(line -> line.split(";", -1)[3].replace("\\035", "#"))
            .findFirst()
            .orElseThrow();
    inAvahi("publisher", "avahi-publish -s '" + name + "' " + TYPE + " 9 who=foreign");
    awaitBrowsed(
        lines ->
            lines.stream()
                .anyMatch(line -> line.contains("\"who=foreign\"") && !isNamed(line, name)));
    awaitBrowsed(node("10.77.0.1", "elm", 1, "", ""));
    awaitBrowsed(lines -> lines.stream().anyMatch(line -> isNamed(line, name)));
    assertThat(elm.lines()).noneMatch(line -> line.startsWith("Offline"));
  }

  private static boolean isNamed(String line, String name) {
    return line.split(";", -1)[3].replace("\\035", "#").equals(name);
  }

  private void awaitBrowsed(Predicate<List<String>> what) {
    await()
        .atMost(Duration.ofSeconds(40))
        .pollInterval(Duration.ofMillis(300))
        .untilAsserted(
            () -> {
              List<String> lines = browse();
              assertThat(what.test(lines)).as("%s in %s %s %s", lines, elm, oak, avahi).isTrue();
            });
  }

  /** A line that says all of a node's record, and nobody else's. */
  private static Predicate<List<String>> node(
      String address, String nickname, int number, String status, String activities) {
    List<String> parts =
        List.of(
            "=;eth0;IPv4;" + nickname.replace(" ", "\\032") + "\\0350000000" + number + '-',
            ";_limpet._udp;local;",
            ';' + address + ";7464;",
            "\"a=2001:20:0:0:0:0:0:" + number + '"',
            "\"n=" + nickname + '"',
            "\"e=7\"",
            "\"c=#ff0000,#00ff80\"");
    return lines ->
        lines.stream()
            .anyMatch(
                line ->
                    parts.stream().allMatch(line::contains)
                        && line.contains("\"s=" + status + '"')
                        && line.contains("\"v=" + activities + '"')
                        && line.matches(".*\"k=[0-9a-f]{32}\".*"));
  }

  private List<String> browse() throws IOException {
    return laptops
        .run(inNamespaces("timeout 10 avahi-browse -rpt " + TYPE))
        .lines()
        .filter(line -> line.startsWith("="))
        .toList();
  }

  private Child inAvahi(String name, String command) throws IOException {
    // A daemon that is not up yet refuses; the loop ends with the namespace.
    return laptops.start(
        name,
        "sh",
        "-c",
        "until "
            + inNamespaces("avahi-browse -at")
            + " >&2; do :; done; exec "
            + inNamespaces(command));
  }

  /** The command, run where the daemons are. */
  private String inNamespaces(String command) {
    return "nsenter -t " + avahi.process().pid() + " -n -m " + command;
  }
}
