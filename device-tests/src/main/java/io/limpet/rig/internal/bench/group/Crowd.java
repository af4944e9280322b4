package io.limpet.rig.internal.bench.group;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import io.limpet.rig.RigDevice;
import io.limpet.rig.RigProcess;
import io.limpet.rig.internal.bench.member.MemberMain;
import io.limpet.rig.internal.bench.stand.BenchException;
import io.limpet.rig.internal.bench.stand.Stand;
import io.limpet.rig.internal.bench.stand.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.IntFunction;

/** The members of a group: a process in each device. Not for several threads at once. */
final class Crowd implements AutoCloseable {
  /** As many as there are members share the processors: small. */
  private static final List<String> JVM =
      List.of(
          "-XX:+UseSerialGC",
          "-Xms24m",
          "-Xmx128m",
          "-Xss512k",
          "-Dio.netty.leakDetection.level=disabled",
          "-Dio.netty.tryReflectionSetAccessible=false");

  /** Of so many, the compilers alone would keep the processors busy for minutes. */
  private static final int MANY = 9;

  private static final String NOT_COMPILED_FOR_LONG = "-XX:TieredStopAtLevel=1";

  /** JGroups takes its addresses from one family: the one that the rig has routes for. */
  private static final String IPV4 = "-Djava.net.preferIPv4Stack=true";

  /** How many start at the same time. */
  private static final int ABREAST = 3;

  private static final Duration LOOK_EVERY = Duration.ofMillis(100);
  private static final Duration START = Duration.ofSeconds(150);

  private final String kind;
  private final Path folder;
  private final List<RigProcess> processes = new ArrayList<>();
  private final List<ControlClient> controls = new ArrayList<>();

  private Crowd(String kind, Path folder) {
    this.kind = kind;
    this.folder = folder;
  }

  /** Starts a member in each device, and waits until each would be heard by all others. */
  static Crowd start(String kind, List<RigDevice> devices) throws BenchException {
    Crowd crowd = new Crowd(kind, TemporaryFolder.create());
    try {
      // The first begins the group: all at once would begin several. And the start of a JVM is so
      // much work that, with twenty at once, none would be there in time.
      for (int i = 0; i < devices.size(); i++) {
        crowd.startMember(devices.get(i), devices.size() >= MANY);
        if (i % ABREAST == 0) {
          crowd.await("start", 0);
        }
      }
      crowd.await("come together", devices.size() - 1);
      return crowd;
    } catch (BenchException | RuntimeException e) {
      crowd.close();
      throw e;
    }
  }

  private void startMember(RigDevice device, boolean oneOfMany) throws BenchException {
    Path home = folder.resolve(device.name());
    try {
      Files.createDirectory(home);
    } catch (IOException e) {
      throw new BenchException(home + " cannot be made: " + e.getMessage(), e);
    }
    List<String> options = new ArrayList<>(JVM);
    if (oneOfMany) {
      options.add(NOT_COMPILED_FOR_LONG);
    }
    if (kind.startsWith("jgroups")) {
      options.add(IPV4);
    }
    processes.add(
        device
            .javaCommand(
                options,
                MemberMain.class.getName(),
                home.toString(),
                kind,
                Integer.toString(processes.size()),
                device.interfaceName())
            .start());
    controls.add(new ControlClient(home));
  }

  private void await(String what, int listeners) throws BenchException {
    long deadlineNs = System.nanoTime() + START.toNanos();
    for (int i = 0; i < size(); i++) {
      while (listeners(i) < listeners) {
        for (int other = 0; other < size(); other++) {
          if (!processes.get(other).isAlive()) {
            throw new BenchException(kind + ": member " + other + " ended: " + lastWords(other));
          }
        }
        if (System.nanoTime() - deadlineNs >= 0) {
          throw new BenchException(
              String.format(
                  "%s: member %d did not %s, it has %d of %d others: %s",
                  kind, i, what, listeners(i), listeners, lastWords(i)));
        }
        Stand.pause(LOOK_EVERY);
      }
    }
  }

  /** Returns -1 while it does not answer. */
  private int listeners(int member) {
    try {
      return controls.get(member).call("listeners", Map.of("voice", kind)).asInt(-1);
    } catch (ControlException e) {
      return -1;
    }
  }

  private String lastWords(int member) {
    // Not where it happened, but what.
    return processes
        .get(member)
        .stderr()
        .lines()
        .filter(line -> !line.startsWith("\t"))
        .reduce("it says nothing", (a, b) -> b);
  }

  int size() {
    return processes.size();
  }

  /** Gives one member a command, and waits for what comes of it. */
  JsonNode call(int member, String command, Map<String, ?> args) throws BenchException {
    try {
      return controls.get(member).call(command, args);
    } catch (ControlException e) {
      String words = processes.get(member).isAlive() ? "" : " (" + lastWords(member) + ")";
      throw new BenchException(kind + ": member " + member + ": " + e.getMessage() + words, e);
    }
  }

  /** Gives all members the command at the same time, and waits for all. */
  List<JsonNode> callAll(String command, IntFunction<Map<String, ?>> args) throws BenchException {
    List<CompletableFuture<JsonNode>> answers = new ArrayList<>();
    for (int i = 0; i < size(); i++) {
      int member = i;
      CompletableFuture<JsonNode> answer = new CompletableFuture<>();
      answers.add(answer);
      Thread thread =
          new Thread(
              () -> {
                try {
                  answer.complete(call(member, command, args.apply(member)));
                } catch (BenchException e) {
                  answer.completeExceptionally(e);
                }
              },
              "limpet-bench-member-" + i);
      thread.setDaemon(true);
      thread.start();
    }
    List<JsonNode> results = new ArrayList<>();
    for (CompletableFuture<JsonNode> answer : answers) {
      try {
        results.add(answer.join());
      } catch (CompletionException e) {
        Throwable why = Objects.requireNonNullElse(e.getCause(), e);
        throw new BenchException(String.valueOf(why.getMessage()), e);
      }
    }
    return results;
  }

  /** Gives all members the command with the same arguments. */
  List<JsonNode> callAll(String command, Map<String, ?> args) throws BenchException {
    Map<String, ?> same = new HashMap<>(args);
    return callAll(command, member -> same);
  }

  @Override
  public void close() {
    processes.forEach(RigProcess::kill);
    TemporaryFolder.remove(folder);
  }
}
