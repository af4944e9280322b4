package io.limpet.rig.internal.bench.stand;

import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import io.limpet.rig.RigDevice;
import io.limpet.rig.RigProcess;
import io.limpet.rig.internal.bench.peer.PeerMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What Limpet is compared with: a listening and a dialling process of {@link PeerMain}. */
final class PeerContender extends Contender {
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration LOOK_EVERY = Duration.ofMillis(20);

  private final int port;
  private final RigDevice from;
  private final RigDevice to;
  private final Path senderHome;
  private final Path receiverHome;
  private @Nullable RigProcess sender;
  private @Nullable RigProcess receiver;

  PeerContender(String transport, int port, RigDevice from, RigDevice to, Path folder) {
    super(
        transport,
        folder.resolve(from.name() + "-" + transport),
        folder.resolve(to.name() + "-" + transport));
    this.port = port;
    this.from = from;
    this.to = to;
    this.senderHome = folder.resolve(from.name() + "-" + transport);
    this.receiverHome = folder.resolve(to.name() + "-" + transport);
  }

  @Override
  protected String receiverName() {
    return to.name();
  }

  @Override
  public void start() throws BenchException {
    receiver = start(to, receiverHome, "listen");
    sender = start(from, senderHome, "dial");
  }

  private RigProcess start(RigDevice device, Path home, String role) throws BenchException {
    try {
      Files.createDirectories(home);
    } catch (IOException e) {
      throw new BenchException(home + " cannot be made: " + e.getMessage(), e);
    }
    RigProcess process =
        device
            .javaCommand(
                Processes.PEER_JVM,
                PeerMain.class.getName(),
                home.toString(),
                name(),
                role,
                to.ipv4().getHostAddress(),
                Integer.toString(port))
            .start();
    ControlClient control = new ControlClient(home);
    long deadlineNs = System.nanoTime() + START.toNanos();
    while (!answers(control)) {
      if (!process.isAlive() || System.nanoTime() - deadlineNs >= 0) {
        throw new BenchException(name() + " does not start: " + firstLine(process.stderr()));
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
    return process;
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("it says nothing");
  }

  private static boolean answers(ControlClient control) {
    try {
      return control.call("status", Map.of()).has("name");
    } catch (ControlException e) {
      return false;
    }
  }

  @Override
  protected String lastWords() {
    return (lastWords(sender) + " " + lastWords(receiver)).strip();
  }

  private static String lastWords(@Nullable RigProcess process) {
    return process == null || process.isAlive()
        ? ""
        : process.stderr().lines().reduce("", (before, line) -> line);
  }

  @Override
  public long senderPid() {
    return started(sender).pid();
  }

  @Override
  public long receiverPid() {
    return started(receiver).pid();
  }

  private RigProcess started(@Nullable RigProcess process) {
    if (process == null) {
      throw new IllegalStateException(name() + " was never started");
    }
    return process;
  }

  @Override
  public void close() {
    if (sender != null) {
      sender.kill();
    }
    if (receiver != null) {
      receiver.kill();
    }
  }
}
