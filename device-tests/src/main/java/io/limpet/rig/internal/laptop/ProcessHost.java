package io.limpet.rig.internal.laptop;

import io.limpet.node.internal.cli.LimpetMain;
import io.limpet.rig.RigCommand;
import io.limpet.rig.RigDevice;
import io.limpet.rig.RigInterface;
import io.limpet.rig.RigProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A node in a process of its own, inside a device that has a kernel. */
final class ProcessHost implements NodeHost {
  private static final Duration KILLED = Duration.ofSeconds(5);

  private final RigDevice device;
  private final String name;
  private final Path home;
  private final List<String> jvmOptions;
  private final boolean ordinary;
  private volatile @Nullable RigProcess process;

  ProcessHost(RigDevice device, String name, Path home, List<String> jvmOptions, boolean ordinary) {
    this.device = device;
    this.name = name;
    this.home = home;
    this.jvmOptions = List.copyOf(jvmOptions);
    this.ordinary = ordinary;
  }

  @Override
  public void start(List<String> options, Consumer<String> onLine) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--home",
                home.toString(),
                "node",
                "--name",
                name,
                "--events",
                "-",
                "--until-stdin-closes"));
    for (RigInterface each : device.interfaces()) {
      arguments.addAll(List.of("--interface", each.name()));
    }
    arguments.addAll(options);
    process =
        command(LimpetMain.class.getName(), arguments.toArray(new String[0]))
            .onLine(onLine)
            .start();
  }

  private RigCommand command(String mainClass, String... arguments) {
    return ordinary
        ? device.ordinaryJavaCommand(home.resolveSibling("lib"), jvmOptions, mainClass, arguments)
        : device.javaCommand(jvmOptions, mainClass, arguments);
  }

  @Override
  public boolean isAlive() {
    RigProcess running = process;
    return running != null && running.isAlive();
  }

  @Override
  public String lastError() {
    RigProcess ended = process;
    return ended == null ? "never started" : ended.stderr().lines().reduce("", (a, b) -> b);
  }

  @Override
  public long pid() {
    RigProcess running = process;
    if (running == null) {
      throw new IllegalStateException(name + " was never started");
    }
    return running.pid();
  }

  @Override
  public void stop() {
    RigProcess running = process;
    if (running != null && running.isAlive()) {
      running.terminate();
    }
  }

  @Override
  public void kill() {
    RigProcess running = process;
    if (running != null) {
      running.kill();
      running.waitFor(KILLED);
    }
  }

  @Override
  public void awaitEnd(Duration atMost) {
    RigProcess running = process;
    if (running != null && running.isAlive()) {
      running.waitFor(atMost);
    }
  }
}
