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
  private Child elm;
  private Child avahi;

  @BeforeEach
  void startANodeAndAnAvahi() throws IOException {
    assumeTrue(Laptops.available(), "network namespaces need root");
    assumeTrue(Files.exists(Path.of("/usr/sbin/avahi-daemon")), "avahi-daemon is not installed");
    laptops = new Laptops(folder);
    String left = laptops.add("left");
    right = laptops.add("right");
    laptops.connect(left, "eth0", "10.77.0.1/24", right, "eth0", "10.77.0.2/24");
    elm = laptops.presence(left, "elm", 1);
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
  }

  @AfterEach
  void takeThemAway() throws IOException {
    if (laptops != null) {
      laptops.close();
    }
  }

  @Test
  void avahiSeesTheNodeWithItsTxtAndSeesItGo() throws Exception {
    elm.say("status at the river");
    elm.say("share pond tree");
    await()
        .atMost(Duration.ofSeconds(40))
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(
            () ->
                assertThat(browse())
                    .as("%s %s", elm, avahi)
                    .anySatisfy(
                        line ->
                            assertThat(line)
                                .startsWith("=;eth0;IPv4;elm\\035" + "00000001-")
                                .contains(";_limpet._udp;local;", ";10.77.0.1;7464;")
                                .contains("\"a=2001:20:0:0:0:0:0:1\"")
                                .contains("\"n=elm\"", "\"e=7\"", "\"c=#ff0000,#00ff80\"")
                                .contains("\"s=at the river\"", "\"v=pond,tree\"")
                                .containsPattern("\"k=[0-9a-f]{32}\"")));
    elm.say("quit");
    assertThat(elm.process().waitFor(10, TimeUnit.SECONDS)).as("exits: %s", elm).isTrue();
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(browse()).as("after the goodbye").isEmpty());
  }

  @Test
  void theNodeSeesAServiceThatAvahiPublishesAndNotOneWithoutSense() throws Exception {
    awaitLine(elm, 0, "started in");
    String k = "0123456789abcdef0123456789abcdef";
    inAvahi(
        "publisher",
        "avahi-publish -s Nonsense " + TYPE + " 7464 a=fe80::1 k=" + k + " n=nobody e=1");
    inAvahi(
        "publisher",
        "avahi-publish -s Ash "
            + TYPE
            + " 7464 a=2001:20::9 k="
            + k
            + " n=ash e=3 c=#00ff00,#0000ff s=hello v=pond");
    awaitLine(
        elm,
        0,
        "Online ash 00000009 ONLINE sources=[mdns] epoch=3 colours=#00ff00,#0000ff status=hello"
            + " activities=[pond]");
    assertThat(elm.lines()).noneMatch(line -> line.contains("nobody"));
    elm.say("people");
    awaitLine(elm, 0, "people 1");
  }

  private List<String> browse() throws IOException {
    return laptops
        .run(inNamespaces("timeout 10 avahi-browse -rpt " + TYPE))
        .lines()
        .filter(line -> line.startsWith("="))
        .toList();
  }

  private void inAvahi(String name, String command) throws IOException {
    // A daemon that is not up yet refuses; the loop ends with the namespace.
    laptops.start(
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
