package io.limpet.rig.internal.bench.stand;

import io.limpet.rig.RigDevice;
import io.limpet.rig.internal.laptop.Laptop;
import io.limpet.rig.internal.laptop.LaptopException;
import io.limpet.rig.internal.laptop.Waiting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Two Limpet nodes, whole: sealed, with presence and mDNS, as the command line starts them. */
final class LimpetContender extends Contender {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration END = Duration.ofSeconds(10);

  private final Laptop sender;
  private final Laptop receiver;

  LimpetContender(RigDevice from, RigDevice to, String suffix, Path folder) {
    super(LIMPET, folder.resolve(from.name() + suffix), folder.resolve(to.name() + suffix));
    sender = laptop(from, suffix, folder);
    receiver = laptop(to, suffix, folder);
  }

  private static Laptop laptop(RigDevice device, String suffix, Path folder) {
    String name = device.name() + suffix;
    return new Laptop(device, name, folder.resolve(name), Processes.NODE_JVM);
  }

  @Override
  protected String receiverName() {
    return receiver.name();
  }

  @Override
  public void start() throws BenchException {
    try {
      for (Laptop laptop : List.of(sender, receiver)) {
        laptop.start(List.of("--perf"));
        laptop.awaitEvent("node.ready", START, entry -> entry.event().equals("node.ready"));
      }
      Waiting.until(
          sender.name() + " reaches " + receiver.name() + " by unicast",
          START,
          () ->
              sender.peer(receiver).path("path").asText().equals("unicast") ? Boolean.TRUE : null);
    } catch (LaptopException e) {
      throw new BenchException(String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  protected String lastWords() {
    return (sender.lastWords() + " " + receiver.lastWords()).strip();
  }

  @Override
  public long senderPid() {
    return sender.pid();
  }

  @Override
  public long receiverPid() {
    return receiver.pid();
  }

  @Override
  public void close() {
    sender.close();
    receiver.close();
    sender.awaitEnd(END);
    receiver.awaitEnd(END);
  }
}
