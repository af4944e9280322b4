package io.limpet.rig.internal.bench.link;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlJson;
import io.limpet.node.internal.perf.StreamLog.Arrivals;
import io.limpet.rig.RigDevice;
import io.limpet.rig.internal.bench.stand.BenchException;
import io.limpet.rig.internal.bench.stand.Processes;
import io.limpet.rig.internal.bench.stand.Stand;
import io.limpet.rig.internal.bench.stand.TemporaryFolder;
import io.limpet.rig.internal.laptop.Laptop;
import io.limpet.rig.internal.laptop.LaptopException;
import io.limpet.rig.internal.laptop.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** Two Limpet nodes on a ground of their own, as the command line starts them. */
final class LimpetPair implements Carriage {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration SETTLE = Duration.ofSeconds(30);
  private static final Duration END = Duration.ofSeconds(10);
  private static final int NOBODY = 65_534;

  /**
   * What a node does for a peer once in a few seconds was done long ago, when the next fault comes.
   */
  private static final Duration REST = Duration.ofMillis(1_800);

  private final Ground ground;
  private final Path folder;
  private final Laptop first;
  private final Laptop second;

  private LimpetPair(Ground ground, boolean privileged, Path folder) throws BenchException {
    this.ground = ground;
    this.folder = folder;
    this.first = laptop(ground.first(), privileged);
    this.second = laptop(ground.second(), privileged);
  }

  /** Takes over a ground; nothing runs yet. */
  static LimpetPair on(Ground ground, boolean privileged) throws BenchException {
    Path folder = TemporaryFolder.create();
    try {
      return new LimpetPair(ground, privileged, folder);
    } catch (BenchException | RuntimeException e) {
      TemporaryFolder.remove(folder);
      ground.close();
      throw e;
    }
  }

  private Laptop laptop(RigDevice device, boolean privileged) throws BenchException {
    Path home = folder.resolve(device.name());
    try {
      Files.createDirectory(home);
      if (!privileged) {
        TemporaryFolder.openToAll(folder);
        Files.setAttribute(home, "unix:uid", NOBODY);
        Files.setAttribute(home, "unix:gid", NOBODY);
      }
    } catch (IOException e) {
      throw new BenchException(home + " cannot be made: " + e.getMessage(), e);
    }
    return new Laptop(device, device.name(), home, Processes.NODE_JVM, !privileged);
  }

  Ground ground() {
    return ground;
  }

  Laptop first() {
    return first;
  }

  Laptop second() {
    return second;
  }

  /** Starts both nodes, without waiting for them to meet. */
  void start() throws BenchException {
    for (Laptop laptop : List.of(first, second)) {
      start(laptop);
    }
  }

  /** Starts a node, and waits until it is up. */
  Laptop.Entry start(Laptop laptop) throws BenchException {
    int before = laptop.journal().size();
    laptop.start(List.of("--perf"));
    return journal(laptop, before, "node.ready", START, e -> e.event().equals("node.ready"));
  }

  /** Has all code that a fault meets run before, so that no figure is one of a fresh JVM. */
  void warmUp() throws BenchException {
    awaitUnicast();
    for (Laptop laptop : List.of(first, second)) {
      String peer = other(laptop).name();
      call(laptop, "perf.bulk", Map.of("peer", peer, "seconds", 1));
      call(laptop, "perf.ping", Map.of("peer", peer, "count", 100, "intervalMs", 5));
    }
  }

  /** Waits until unicast works both ways and nobody is busy with the last fault any more. */
  void settle() throws BenchException {
    awaitUnicast();
    Stand.pause(REST);
    awaitUnicast();
  }

  private void awaitUnicast() throws BenchException {
    for (Laptop laptop : List.of(first, second)) {
      until(
          laptop.name() + " reaches " + other(laptop).name() + " by unicast",
          SETTLE,
          () -> path(laptop).equals("unicast") ? Boolean.TRUE : null);
    }
  }

  /** Returns how a node reaches the other. */
  String path(Laptop from) throws LaptopException {
    return from.peer(other(from)).path("path").asText();
  }

  Laptop other(Laptop laptop) {
    return laptop == first ? second : first;
  }

  /** Waits for a journal entry that comes after so many others. */
  static Laptop.Entry journal(
      Laptop laptop, int after, String what, Duration atMost, Predicate<Laptop.Entry> wanted)
      throws BenchException {
    return until(
        laptop.name() + ": " + what,
        atMost,
        () -> {
          if (!laptop.isAlive()) {
            throw new LaptopException(laptop.name() + " ended early: " + laptop.lastWords());
          }
          return found(laptop, after, wanted);
        });
  }

  /** Returns the first such journal entry after so many others, or null. */
  static Laptop.@org.jspecify.annotations.Nullable Entry found(
      Laptop laptop, int after, Predicate<Laptop.Entry> wanted) {
    List<Laptop.Entry> entries = laptop.journal();
    return entries.subList(Math.min(after, entries.size()), entries.size()).stream()
        .filter(wanted)
        .findFirst()
        .orElse(null);
  }

  static <T> T until(String what, Duration atMost, Waiting.Look<T> look) throws BenchException {
    try {
      return Waiting.until(what, atMost, look);
    } catch (LaptopException e) {
      throw new BenchException(String.valueOf(e.getMessage()), e);
    }
  }

  private static JsonNode call(Laptop laptop, String command, Map<String, ?> args)
      throws BenchException {
    try {
      return laptop.call(command, args);
    } catch (LaptopException e) {
      String lastWords = laptop.lastWords();
      throw new BenchException(
          e.getMessage() + (lastWords.isEmpty() ? "" : " (" + lastWords + ")"), e);
    }
  }

  private Laptop sender(Way way) {
    return way == Way.THERE ? first : second;
  }

  @Override
  public CompletableFuture<Integer> open(Way way) {
    Laptop sender = sender(way);
    CompletableFuture<Integer> sent = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                JsonNode result =
                    call(
                        sender,
                        "perf.stream",
                        Map.of(
                            "peer",
                            other(sender).name(),
                            "intervalMs",
                            INTERVAL_MS,
                            "size",
                            MESSAGE_BYTES,
                            "count",
                            AT_MOST));
                sent.complete(result.path("sent").asInt());
              } catch (BenchException e) {
                sent.completeExceptionally(e);
              }
            },
            "limpet-bench-stream-" + sender.name());
    thread.setDaemon(true);
    thread.start();
    return sent;
  }

  @Override
  public void stop(Way way) throws BenchException {
    call(sender(way), "perf.stop", Map.of());
  }

  @Override
  public List<Arrivals> arrived(Way way) throws BenchException {
    List<Arrivals> all = new ArrayList<>();
    try {
      for (JsonNode one : call(other(sender(way)), "perf.arrivals", Map.of())) {
        all.add(ControlJson.MAPPER.treeToValue(one, Arrivals.class));
      }
      return all;
    } catch (JsonProcessingException e) {
      throw new BenchException("not what a node answers: " + e.getMessage(), e);
    }
  }

  @Override
  public void forget() throws BenchException {
    for (Laptop laptop : List.of(first, second)) {
      call(laptop, "perf.forget", Map.of());
    }
  }

  /** Writes both journals, as far as they were read, into files whose names begin so. */
  void saveJournals(Path into, String name) throws IOException {
    for (Laptop laptop : List.of(first, second)) {
      Files.write(
          into.resolve(name + "-" + laptop.name() + ".jsonl"),
          laptop.journal().stream().map(entry -> entry.json().toString()).toList());
    }
  }

  @Override
  public void close() {
    first.close();
    second.close();
    try {
      first.awaitEnd(END);
      second.awaitEnd(END);
    } catch (io.limpet.rig.RigException e) {
      first.kill();
      second.kill();
    } finally {
      ground.close();
      TemporaryFolder.remove(folder);
    }
  }
}
