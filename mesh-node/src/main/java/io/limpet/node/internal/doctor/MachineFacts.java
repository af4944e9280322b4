package io.limpet.node.internal.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.link.KernelSockets;
import io.limpet.link.LinkConfig;
import io.limpet.link.LinkException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** This machine. Blocking, each question for a second or so at most; safe for any thread. */
public final class MachineFacts implements Facts {
  private static final int MAX_FILE_BYTES = 1 << 20;
  private static final int MAX_OUTPUT_BYTES = 4 << 20;
  private static final long PROGRAM_TIMEOUT_MS = 1_500;

  private final Clock clock;
  private final HomeFolder home;
  private final Function<String, Optional<JsonNode>> node;

  /**
   * This machine.
   *
   * @param home the node's home folder
   * @param node asks the node that runs on it, if one does
   */
  public MachineFacts(Clock clock, Path home, Function<String, Optional<JsonNode>> node) {
    this.clock = clock;
    this.home = new HomeFolder(home);
    this.node = node;
  }

  @Override
  public Instant now() {
    return clock.instant();
  }

  @Override
  public Optional<String> read(String path) {
    try (var in = Files.newInputStream(Path.of(path))) {
      return Optional.of(new String(in.readNBytes(MAX_FILE_BYTES), StandardCharsets.UTF_8));
    } catch (IOException | InvalidPathException e) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<String> run(String... command) {
    for (String folder : List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin")) {
      Path program = Path.of(folder, command[0]);
      if (Files.isExecutable(program)) {
        List<String> all = new ArrayList<>(List.of(command));
        all.set(0, program.toString());
        return output(all);
      }
    }
    return Optional.empty();
  }

  private static Optional<String> output(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      process.getOutputStream().close();
      // Reading blocks: whoever takes too long is ended, and reading ends with it.
      process
          .onExit()
          .orTimeout(PROGRAM_TIMEOUT_MS, TimeUnit.MILLISECONDS)
          .exceptionally(
              late -> {
                process.destroyForcibly();
                return process;
              });
      String text =
          new String(process.getInputStream().readNBytes(MAX_OUTPUT_BYTES), StandardCharsets.UTF_8);
      boolean ended = process.waitFor(PROGRAM_TIMEOUT_MS, TimeUnit.MILLISECONDS);
      return ended && process.exitValue() == 0 ? Optional.of(text) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  @Override
  public List<Interface> interfaces() {
    List<Interface> all = new ArrayList<>();
    try {
      for (NetworkInterface i : NetworkInterface.networkInterfaces().toList()) {
        if (!i.isLoopback()) {
          all.add(
              new Interface(
                  i.getName(),
                  i.isUp(),
                  i.supportsMulticast(),
                  i.getMTU(),
                  i.getInterfaceAddresses().stream()
                      .map(a -> new Address(a.getAddress(), a.getNetworkPrefixLength()))
                      .toList()));
        }
      }
    } catch (SocketException e) {
      // One vanished while it was looked at: those before it are known.
    }
    return all;
  }

  @Override
  public Echo echo(Interface on, boolean ipv6) {
    return Datagrams.group(on.name(), ipv6);
  }

  @Override
  public Echo ownDatagram(InetAddress address, int port) {
    return Datagrams.own(address, port);
  }

  @Override
  public List<Socket> udpSockets() {
    SocketOwners owners = SocketOwners.read();
    List<Socket> sockets = new ArrayList<>();
    read("/proc/net/udp").ifPresent(t -> sockets.addAll(SocketsTable.parse(t, false, owners::of)));
    read("/proc/net/udp6").ifPresent(t -> sockets.addAll(SocketsTable.parse(t, true, owners::of)));
    return sockets;
  }

  @Override
  public boolean canShare(int port) {
    return Datagrams.canShare(port);
  }

  @Override
  public Optional<JsonNode> ask(String command) {
    return node.apply(command);
  }

  @Override
  public Home home() {
    return home.look();
  }

  @Override
  public Daemon daemon() {
    Path path = LinkConfig.DEFAULT_LINKD;
    return new Daemon(path, Files.exists(path), Datagrams.answers(path));
  }

  @Override
  public Optional<String> kernelSocketsFailure() {
    try {
      KernelSockets.list();
      return Optional.empty();
    } catch (LinkException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public int javaVersion() {
    return Runtime.version().feature();
  }

  @Override
  public String user() {
    return System.getProperty("user.name", "this user");
  }
}
