package io.limpet.node.internal.bundle;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.limpet.node.MeshNode;
import io.limpet.node.internal.doctor.Facts;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the kernel and the system say of themselves, by the names of files in an archive. */
public final class MachineState {
  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

  /** Programs whose answers are kept as they are. None tells what this machine is called. */
  private static final Map<String, List<String>> PROGRAMS =
      Map.of(
          "kernel/uname.txt", List.of("uname", "-srvm"),
          "kernel/addresses.txt", List.of("ip", "address"),
          "kernel/links.txt", List.of("ip", "-statistics", "-details", "link"),
          "kernel/neighbours.txt", List.of("ip", "-statistics", "neighbour"),
          "kernel/neighbour-settings.txt", List.of("ip", "ntable"),
          "kernel/routes.txt", List.of("ip", "-4", "route", "show", "table", "all"),
          "kernel/routes6.txt", List.of("ip", "-6", "route", "show", "table", "all"),
          "kernel/groups.txt", List.of("ip", "maddress"),
          "kernel/radios.txt", List.of("iw", "dev"));

  /** Files whose text is kept; those with addresses in hexadecimal digits are not among them. */
  private static final Map<String, String> FILES =
      Map.of(
          "kernel/version.txt", "/proc/version",
          "kernel/counters.txt", "/proc/net/snmp",
          "kernel/counters6.txt", "/proc/net/snmp6",
          "kernel/counters-more.txt", "/proc/net/netstat",
          "kernel/pressure.txt", "/proc/pressure/cpu",
          "kernel/load.txt", "/proc/loadavg",
          "kernel/memory.txt", "/proc/meminfo",
          "system/os-release.txt", "/etc/os-release");

  private static final List<String> OF_ALL =
      List.of(
          "core/rmem_max",
          "core/wmem_max",
          "core/netdev_max_backlog",
          "core/default_qdisc",
          "core/bpf_jit_enable",
          "ipv4/ip_local_port_range",
          "ipv4/igmp_max_memberships",
          "ipv4/tcp_retries2",
          "ipv4/tcp_syn_retries",
          "ipv4/tcp_fin_timeout",
          "ipv4/tcp_keepalive_time",
          "ipv4/tcp_congestion_control",
          "ipv4/udp_mem",
          "ipv4/neigh/default/gc_thresh1",
          "ipv4/neigh/default/gc_thresh2",
          "ipv4/neigh/default/gc_thresh3");

  private static final List<String> OF_EACH =
      List.of(
          "ipv4/neigh/%s/base_reachable_time_ms",
          "ipv4/neigh/%s/gc_stale_time",
          "ipv4/neigh/%s/delay_first_probe_time",
          "ipv4/neigh/%s/ucast_solicit",
          "ipv4/neigh/%s/mcast_solicit",
          "ipv4/neigh/%s/locktime",
          "ipv4/neigh/%s/unres_qlen_bytes",
          "ipv4/conf/%s/rp_filter",
          "ipv4/conf/%s/arp_ignore",
          "ipv4/conf/%s/arp_announce",
          "ipv4/conf/%s/arp_filter",
          "ipv4/conf/%s/arp_accept",
          "ipv4/conf/%s/arp_notify",
          "ipv4/conf/%s/drop_gratuitous_arp",
          "ipv4/conf/%s/force_igmp_version",
          "ipv6/conf/%s/disable_ipv6",
          "ipv6/conf/%s/addr_gen_mode",
          "ipv6/conf/%s/accept_dad",
          "ipv6/conf/%s/use_tempaddr");

  private MachineState() {}

  /** Returns texts by the names of their files; what cannot be had is missing. */
  public static Map<String, String> texts(Facts facts) {
    Map<String, String> texts = new TreeMap<>();
    PROGRAMS.forEach(
        (file, command) ->
            facts.run(command.toArray(String[]::new)).ifPresent(text -> texts.put(file, text)));
    FILES.forEach((file, path) -> facts.read(path).ifPresent(text -> texts.put(file, text)));
    return texts;
  }

  /** Returns the settings of the kernel that matter here. */
  public static ObjectNode settings(Facts facts) {
    ObjectNode settings = MAPPER.createObjectNode();
    OF_ALL.forEach(name -> setting(facts, name, settings));
    for (Facts.Interface one : facts.interfaces()) {
      OF_EACH.forEach(name -> setting(facts, String.format(name, one.name()), settings));
    }
    for (String group : List.of("all", "default")) {
      OF_EACH.forEach(name -> setting(facts, String.format(name, group), settings));
    }
    return settings;
  }

  private static void setting(Facts facts, String name, ObjectNode settings) {
    facts
        .read("/proc/sys/net/" + name)
        .ifPresent(value -> settings.put("net." + name.replace('/', '.'), value.strip()));
  }

  /** Returns the versions of what runs here. */
  public static ObjectNode versions() {
    ObjectNode versions = MAPPER.createObjectNode();
    versions.put("limpet", MeshNode.VERSION);
    for (String property :
        List.of(
            "java.version", "java.vendor", "java.vm.name", "os.name", "os.version", "os.arch")) {
      versions.put(property, System.getProperty(property, ""));
    }
    return versions;
  }
}
