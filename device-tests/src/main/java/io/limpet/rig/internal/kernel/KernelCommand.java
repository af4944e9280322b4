package io.limpet.rig.internal.kernel;

import io.limpet.rig.RigCommand;
import io.limpet.rig.RigProcess;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A process to be started in a namespace. */
final class KernelCommand implements RigCommand {
  private final Spawner spawner;
  private final String namespace;
  private final List<String> words;
  private final Map<String, String> environment = new HashMap<>();
  private Optional<Path> directory = Optional.empty();
  private boolean inherit;
  private boolean ordinary;
  private Consumer<String> listener = line -> {};

  KernelCommand(Spawner spawner, String namespace, List<String> words) {
    if (words.isEmpty()) {
      throw new IllegalArgumentException("a command needs at least a program");
    }
    this.spawner = spawner;
    this.namespace = namespace;
    this.words = List.copyOf(words);
  }

  @Override
  public RigCommand environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  @Override
  public RigCommand asOrdinaryUser() {
    ordinary = true;
    return this;
  }

  @Override
  public RigCommand directory(Path newDirectory) {
    directory = Optional.of(newDirectory);
    return this;
  }

  @Override
  public RigCommand inheritOutput() {
    inherit = true;
    return this;
  }

  @Override
  public RigCommand onLine(Consumer<String> newListener) {
    listener = newListener;
    return this;
  }

  @Override
  public RigProcess start() {
    return spawner.start(namespace, this);
  }

  List<String> words() {
    return ordinary ? OrdinaryUser.running(words) : words;
  }

  void prepare(ProcessBuilder builder) {
    builder.environment().putAll(environment);
    directory.ifPresent(path -> builder.directory(path.toFile()));
    if (inherit) {
      builder
          .redirectOutput(ProcessBuilder.Redirect.INHERIT)
          .redirectError(ProcessBuilder.Redirect.INHERIT);
    }
  }

  KernelProcess observe(Process process) {
    return new KernelProcess(process, words.get(0), listener);
  }
}
