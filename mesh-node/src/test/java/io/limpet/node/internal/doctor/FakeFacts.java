package io.limpet.node.internal.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlJson;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A machine in order; each test breaks one thing of it. */
final class FakeFacts implements Facts {
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  static final Path HOME = Path.of("/home/ada/.limpet");

  final Map<String, String> files = new HashMap<>();
  final Map<String, String> programs = new HashMap<>();
  final Map<String, String> node = new HashMap<>();
  final List<Interface> interfaces = new ArrayList<>();
  final List<Socket> sockets = new ArrayList<>();
  Instant now = NOW;
  Echo echo = new Echo(true, null);
  Echo own = new Echo(true, null);
  boolean shares = true;
  int java = 17;
  @Nullable String noSockets;
  Home home = new Home(HOME, true, true, "rw-------", 0, 1L << 34, NOW.minusSeconds(60));
  Daemon daemon = new Daemon(Path.of("/run/limpet/linkd.sock"), false, false);

  FakeFacts() {
    files.put("/proc/sys/kernel/osrelease", "6.1.0-18-amd64\n");
    files.put("/proc/self/status", "Name:\tjava\nCapEff:\t0000000000003000\nSeccomp:\t0\n");
    files.put("/proc/self/limits", "Max open files            1024                 4096  files\n");
    files.put("/proc/sys/net/core/rmem_max", "212992\n");
    files.put("/proc/net/if_inet6", "fe800000000000000000000000000001 02 40 20 80 wlan0\n");
    interfaces.add(wireless(true, true, 1500, "10.0.0.1", "fe80::1"));
  }

  static Interface wireless(boolean up, boolean multicast, int mtu, String... addresses) {
    return named("wlan0", up, multicast, mtu, addresses);
  }

  static Interface named(String name, boolean up, boolean multicast, int mtu, String... addresses) {
    List<Address> all = new ArrayList<>();
    for (String address : addresses) {
      all.add(new Address(ip(address), address.contains(":") ? 64 : 24));
    }
    return new Interface(name, up, multicast, mtu, all);
  }

  private static InetAddress ip(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  @Override
  public Instant now() {
    return now;
  }

  @Override
  public Optional<String> read(String path) {
    return Optional.ofNullable(files.get(path));
  }

  @Override
  public Optional<String> run(String... command) {
    return Optional.ofNullable(programs.get(String.join(" ", command)));
  }

  @Override
  public List<Interface> interfaces() {
    return interfaces;
  }

  @Override
  public Echo echo(Interface on, boolean ipv6) {
    return echo;
  }

  @Override
  public Echo ownDatagram(InetAddress address, int port) {
    return own;
  }

  @Override
  public List<Socket> udpSockets() {
    return sockets;
  }

  @Override
  public boolean canShare(int port) {
    return shares;
  }

  @Override
  public Optional<JsonNode> ask(String command) {
    try {
      String answer = node.get(command);
      return answer == null
          ? Optional.empty()
          : Optional.of(ControlJson.MAPPER.readTree(answer.replace('\'', '"')));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(command, e);
    }
  }

  @Override
  public Home home() {
    return home;
  }

  @Override
  public Daemon daemon() {
    return daemon;
  }

  @Override
  public Optional<String> kernelSocketsFailure() {
    return Optional.ofNullable(noSockets);
  }

  @Override
  public int javaVersion() {
    return java;
  }

  @Override
  public String user() {
    return "ada";
  }
}
