package io.limpet.node.internal.doctor;

import static io.limpet.node.internal.doctor.FakeFacts.wireless;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.limpet.node.internal.doctor.Facts.Echo;
import io.limpet.node.internal.doctor.Facts.Home;
import io.limpet.node.internal.doctor.Facts.Socket;
import io.limpet.node.internal.doctor.Finding.Severity;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each check, on a machine in order of which one thing is broken. */
class DoctorTest {
  private static final String INPUT_CHAIN =
      "{'chain':{'family':'inet','table':'filter','name':'input','hook':'input','policy':'%s'}}";
  private static final String JUMP_RULE =
      "{'rule':{'family':'inet','table':'filter','chain':'input',"
          + "'expr':[{'jump':{'target':'lan'}}]}}";
  private static final String PORT_RULE =
      "{'rule':{'family':'inet','table':'filter','chain':'input','expr':[{'match':{'op':'==',"
          + "'left':{'payload':{'protocol':'udp','field':'dport'}},'right':%s}},{'%s':null}]}}";

  private static String nft(String... objects) {
    return ("{'nftables':[" + String.join(",", objects) + "]}").replace('\'', '"');
  }

  private static Arguments fault(
      String what, Consumer<FakeFacts> fault, Severity severity, String says, String cure) {
    return arguments(what, fault, severity, says, cure);
  }

  private static Consumer<FakeFacts> file(String path, String text) {
    return facts -> facts.files.put(path, text);
  }

  private static Consumer<FakeFacts> only(Facts.Interface... interfaces) {
    return facts -> {
      facts.interfaces.clear();
      facts.interfaces.addAll(List.of(interfaces));
    };
  }

  private static Consumer<FakeFacts> home(
      boolean writable, String mode, long lockHolder, long freeBytes) {
    return facts ->
        facts.home = new Home(FakeFacts.HOME, true, writable, mode, lockHolder, freeBytes, null);
  }

  private static Consumer<FakeFacts> firewall(String... objects) {
    return facts -> facts.programs.put("nft -j list ruleset", nft(objects));
  }

  static Stream<Arguments> faults() {
    Severity problem = Severity.PROBLEM;
    Severity warning = Severity.WARNING;
    return Stream.of(
            ofMachine(problem, warning), ofNetwork(problem, warning), ofFirewall(problem, warning))
        .flatMap(all -> all);
  }

  private static Stream<Arguments> ofMachine(Severity problem, Severity warning) {
    return Stream.of(
        fault("java", f -> f.java = 11, problem, "Java 11 is too old", "Java 17"),
        fault(
            "old kernel",
            file("/proc/sys/kernel/osrelease", "4.19.0"),
            warning,
            "cannot receive UDP in batches",
            "update"),
        fault(
            "no Linux",
            f -> f.files.remove("/proc/sys/kernel/osrelease"),
            warning,
            "not Linux",
            "multicast carries"),
        fault("no diag", f -> f.noSockets = "refused", warning, "(refused)", "inet_diag"),
        fault(
            "no privileges",
            file("/proc/self/status", "CapEff:\t0000000000000000\n"),
            warning,
            "ada has no CAP_NET_ADMIN or CAP_NET_RAW",
            "limpet linkd"),
        fault(
            "node without privileges",
            f -> f.node.put("privileges", "{'ways':{},'detail':''}"),
            warning,
            "not write neighbour entries and not send ARP",
            "CAP_NET_ADMIN"),
        fault(
            "linkd closed to us",
            f -> f.daemon = new Facts.Daemon(Path.of("/run/limpet/linkd.sock"), true, false),
            warning,
            "ada cannot connect",
            "--allow-user"),
        fault("home", home(false, null, 0, 1L << 34), problem, "cannot be written", "--home"),
        fault(
            "identity",
            home(true, "rw-r--r--", 0, 1L << 34),
            problem,
            "others may read the identity",
            "chmod 600"),
        fault("lock", home(true, null, 77, 1L << 34), problem, "process 77 holds", "kill 77"),
        fault("disk low", home(true, null, 0, 50 << 20), warning, "50 MB are left", "make room"),
        fault("disk full", home(true, null, 0, 1 << 20), problem, "1 MB are left", "make room"),
        fault("clock", f -> f.now = Instant.EPOCH, problem, "never set", "set the clock"),
        fault(
            "clock gone back",
            f -> f.now = FakeFacts.NOW.minusSeconds(3_600),
            problem,
            "it has gone back",
            "set the clock"),
        fault(
            "small buffers",
            file("/proc/sys/net/core/rmem_max", "65536"),
            warning,
            "65 kB only",
            "net.core.rmem_max"),
        fault(
            "few files",
            file(
                "/proc/self/limits", "Max open files            64                   64   files\n"),
            problem,
            "only 64 files",
            "ulimit -n"));
  }

  private static Stream<Arguments> ofNetwork(Severity problem, Severity warning) {
    return Stream.of(
        fault("nothing", only(), problem, "no interface is up", "join a network"),
        fault(
            "no multicast",
            only(wireless(true, false, 1500, "10.0.0.1")),
            problem,
            "wlan0 does no multicast",
            "ip link set wlan0 multicast on"),
        fault("no address", only(wireless(true, true, 1500)), warning, "has no address", "DHCP"),
        fault(
            "mtu",
            only(wireless(true, true, 1000, "10.0.0.1")),
            problem,
            "MTU of 1000 bytes",
            "mtu 1500"),
        fault(
            "no IPv4",
            only(wireless(true, true, 1500, "fe80::1")),
            warning,
            "no IPv4 address",
            "169.254"),
        fault(
            "address twice",
            f -> f.interfaces.add(FakeFacts.named("eth0", true, true, 1500, "10.0.0.1")),
            problem,
            "10.0.0.1 is the address of wlan0 and of eth0",
            "ip addr del"),
        fault(
            "IPv6 disabled",
            file("/proc/sys/net/ipv6/conf/wlan0/disable_ipv6", "1\n"),
            warning,
            "IPv6 is disabled on wlan0",
            "disable_ipv6=0"),
        fault(
            "duplicate address",
            file("/proc/net/if_inet6", "fe80 02 40 20 c8 wlan0\n"),
            problem,
            "belongs to another machine",
            "another MAC"),
        fault(
            "power save",
            f -> {
              f.files.put("/sys/class/net/wlan0/phy80211/index", "0");
              f.programs.put("iw dev wlan0 get power_save", "Power save: on\n");
            },
            warning,
            "saves power",
            "power_save off"),
        fault(
            "arp_ignore",
            file("/proc/sys/net/ipv4/conf/all/arp_ignore", "8\n"),
            problem,
            "answers no ARP",
            "sysctl -w net.ipv4.conf.all.arp_ignore=0"),
        fault(
            "mcast_solicit",
            file("/proc/sys/net/ipv4/neigh/wlan0/mcast_solicit", "0\n"),
            problem,
            "never asks for a MAC",
            "mcast_solicit=3"),
        fault(
            "reachable time",
            file("/proc/sys/net/ipv4/neigh/wlan0/base_reachable_time_ms", "3600000"),
            warning,
            "wrong ones live long",
            "base_reachable_time_ms=30000"),
        fault(
            "strict rp_filter",
            f -> {
              f.interfaces.add(FakeFacts.named("eth0", true, true, 1500, "10.0.0.9"));
              f.files.put("/proc/sys/net/ipv4/conf/all/rp_filter", "1");
            },
            warning,
            "rp_filter is strict on wlan0",
            "rp_filter=2"),
        fault("deaf", f -> f.echo = new Echo(false, null), problem, "does not hear", "firewall"),
        fault(
            "no route",
            f -> f.echo = new Echo(false, "No such device"),
            problem,
            "cannot be used (No such device)",
            "ip route"),
        fault(
            "port taken",
            f -> {
              f.sockets.add(new Socket(7464, false, 5, "nc", 4711));
              f.shares = false;
            },
            problem,
            "taken by nc (process 4711)",
            "--port"),
        fault(
            "mdns alone",
            f -> {
              f.sockets.add(new Socket(5353, false, 5, null, 0));
              f.shares = false;
            },
            warning,
            "held by another user's program alone",
            "disallow-other-stacks"),
        fault(
            "node says deaf",
            f -> {
              f.node.put("status", "{'name':'oak','pid':9,'peersOnline':1,'interfaces':[]}");
              f.node.put(
                  "verdicts",
                  "[{'interface':'wlan0','carrier':'MULTICAST_IPV4','verdict':'SELF_DEAF',"
                      + "'words':'this machine does not hear its own multicast'}]");
            },
            problem,
            "wlan0: SELF_DEAF",
            "joins the groups anew"),
        fault(
            "node says black hole",
            f -> {
              f.node.put("status", "{'name':'oak','pid':9,'interfaces':[]}");
              f.node.put(
                  "peers", "[{'name':'elm','state':'ONLINE','diagnosis':'UNICAST_BLACKHOLE'}]");
            },
            warning,
            "elm: UNICAST_BLACKHOLE",
            "limpet explain elm"),
        fault(
            "narrow path",
            f ->
                f.node.put(
                    "links",
                    "[{'name':'elm','interface':'wlan0','carrier':'UNICAST_IPV4','state':"
                        + "'confirmed','direction':'out','mtuBytes':1400}]"),
            warning,
            "the path to elm carries 1400 bytes",
            "mtu 1400"));
  }

  private static Stream<Arguments> ofFirewall(Severity problem, Severity warning) {
    String dropping = String.format(INPUT_CHAIN, "drop");
    String accepting = String.format(INPUT_CHAIN, "accept");
    return Stream.of(
        fault(
            "nft drops all",
            firewall(dropping),
            warning,
            "none there names UDP port 7464",
            "udp dport 7464 accept"),
        fault(
            "nft drops the port",
            firewall(accepting, String.format(PORT_RULE, "7464", "drop")),
            problem,
            "a rule of nftables drops UDP port 7464",
            "nft insert rule inet filter input"),
        fault(
            "nft rejects a range",
            firewall(
                accepting, String.format(PORT_RULE, "{'set':[{'range':[7000,8000]}]}", "reject")),
            problem,
            "drops UDP port 7464",
            "accept"),
        fault(
            "nft drops in a chain that is jumped to",
            firewall(
                accepting,
                JUMP_RULE,
                String.format(PORT_RULE, "7464", "drop")
                    .replace("'chain':'input'", "'chain':'lan'")),
            problem,
            "drops UDP port 7464 (inet filter lan)",
            "nft insert rule inet filter lan"),
        fault(
            "nft jumps in a circle",
            firewall(dropping, JUMP_RULE, JUMP_RULE.replace("'chain':'input'", "'chain':'lan'")),
            warning,
            "none there names UDP port 7464",
            "udp dport 7464 accept"),
        fault(
            "iptables",
            f ->
                f.programs.put(
                    "iptables -S INPUT",
                    "-P INPUT ACCEPT\n-A INPUT -p udp -m udp --dport 7464 -j DROP\n"),
            problem,
            "a rule of iptables drops UDP port 7464",
            "iptables -I INPUT"),
        fault(
            "iptables' policy",
            f -> f.programs.put("iptables -S INPUT", "-P INPUT DROP\n"),
            warning,
            "iptables drops what no rule lets in",
            "-j ACCEPT"),
        fault("ufw", file("/etc/ufw/ufw.conf", "ENABLED=yes\n"), warning, "ufw is on", "ufw allow"),
        fault(
            "own datagram",
            f -> f.own = new Echo(false, null),
            problem,
            "own UDP port 7464 does not arrive",
            "let UDP port 7464 in"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void aFaultIsNamedWithItsCure(
      String what, Consumer<FakeFacts> fault, Severity severity, String says, String cure) {
    FakeFacts facts = new FakeFacts();
    fault.accept(facts);
    assertThat(Doctor.general(7464).examine(facts))
        .as(what)
        .filteredOn(finding -> finding.what().contains(says))
        .isNotEmpty()
        .allSatisfy(
            finding -> {
              assertThat(finding.severity()).isEqualTo(severity);
              assertThat(finding.cure()).contains(cure);
            });
  }

  @Test
  void aMachineInOrderHasNothingToCure() {
    assertThat(Doctor.general(7464).examine(new FakeFacts()))
        .hasSizeGreaterThan(12)
        .allMatch(finding -> finding.severity() == Severity.OK && finding.cure() == null);
  }

  static Stream<Consumer<FakeFacts>> harmless() {
    String dropping = String.format(INPUT_CHAIN, "drop");
    return Stream.of(
        firewall(dropping, String.format(PORT_RULE, "7464", "accept")),
        firewall(dropping, String.format(PORT_RULE, "{'range':[7464,7464]}", "accept")),
        firewall(dropping.replace("input", "output")),
        f -> f.programs.put("nft -j list ruleset", "no JSON"),
        f -> f.interfaces.add(FakeFacts.named("eth0", false, false, 1500)),
        f -> f.sockets.add(new Socket(7464, false, 5, "java", 8)),
        file("/proc/sys/net/ipv4/conf/all/rp_filter", "1"),
        file("/proc/sys/net/ipv4/conf/wlan0/arp_ignore", "many"),
        file("/proc/net/if_inet6", "\nx\nfe80 02 40 20 zz wlan0\n"),
        f -> {
          f.files.put("/proc/self/status", "");
          f.daemon = new Facts.Daemon(Path.of("/run/limpet/linkd.sock"), true, true);
        });
  }

  @ParameterizedTest
  @MethodSource("harmless")
  void whatDoesNoHarmIsNoFault(Consumer<FakeFacts> change) {
    FakeFacts facts = new FakeFacts();
    change.accept(facts);
    assertThat(Doctor.general(7464).examine(facts))
        .allMatch(finding -> finding.severity() == Severity.OK);
  }

  @Test
  void anIpv6AddressThatIsNotReadyYetIsNoFault() {
    FakeFacts facts = new FakeFacts();
    facts.echo = new Echo(false, "Cannot assign requested address");
    facts.files.put("/proc/net/if_inet6", "fe80 02 40 20 40 wlan0\n");
    assertThat(new EchoCheck().examine(facts))
        .extracting(Finding::severity)
        .containsExactly(Severity.PROBLEM, Severity.OK);
  }

  @Test
  void aCheckThatHangsOrFailsDoesNotKeepTheOthersUp() {
    CountDownLatch never = new CountDownLatch(1);
    Doctor doctor =
        new Doctor(
            Map.of(
                "hangs",
                facts -> {
                  try {
                    never.await();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                  return List.of();
                },
                "fails",
                facts -> {
                  throw new IllegalStateException("broken");
                },
                "works",
                facts -> List.of(Finding.ok("works", "fine"))),
            100);
    assertThat(doctor.examine(new FakeFacts()))
        .extracting(Finding::check, Finding::severity)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("hangs", Severity.WARNING),
            org.assertj.core.groups.Tuple.tuple("fails", Severity.WARNING),
            org.assertj.core.groups.Tuple.tuple("works", Severity.OK));
  }

  @Test
  void theKernelsTableOfSocketsIsRead() {
    String table =
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"
            + "  42: 00000000:1D28 00000000:0000 07 00000000:00000000 00:00000000 00000000  "
            + "1000        0 5555 2 0000000000000000 0\n"
            + "  damaged\n";
    SocketOwners.Owner nc = new SocketOwners.Owner(7, "nc");
    assertThat(
            SocketsTable.parse(table, false, inode -> Optional.of(nc).filter(any -> inode == 5555)))
        .containsExactly(new Socket(7464, false, 5555, "nc", 7));
    assertThat(SocketsTable.parse(table, true, inode -> Optional.empty()))
        .containsExactly(new Socket(7464, true, 5555, null, 0));
  }
}
