package io.limpet.rig.internal.bench.stand;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Something that carries data between two devices, a process on each side: Limpet, or what it is
 * compared with. All take the same commands. Safe for any thread.
 */
public abstract class Contender implements AutoCloseable {
  /** Bare datagrams there and back: the floor that all round trips stand on. */
  public static final String UDP = "udp";

  /** Limpet itself. */
  public static final String LIMPET = "limpet";

  private final String name;
  private final ControlClient sender;
  private final ControlClient receiver;

  /** Speaks to the processes by the control sockets in their folders. */
  protected Contender(String name, Path senderHome, Path receiverHome) {
    this.name = name;
    this.sender = new ControlClient(senderHome);
    this.receiver = new ControlClient(receiverHome);
  }

  /** Returns what tables call it. */
  public final String name() {
    return name;
  }

  /** Returns what the sending side calls the receiving one. */
  protected abstract String receiverName();

  /** Starts both sides and waits until they reach each other. */
  public abstract void start() throws BenchException;

  /** Returns the last line that a side said which has ended, empty when both run. */
  protected abstract String lastWords();

  /** Returns the process id of the sending side. */
  public abstract long senderPid();

  /** Returns the process id of the receiving side. */
  public abstract long receiverPid();

  /** Has the sending side measure, and waits for the result. */
  public final JsonNode measure(String command, Map<String, ?> args) throws BenchException {
    return measure(command, args, event -> {});
  }

  /** The same, with what is told on the way. */
  public final JsonNode measure(String command, Map<String, ?> args, Consumer<JsonNode> onEvent)
      throws BenchException {
    Map<String, Object> all = new HashMap<>(args);
    all.put("peer", receiverName());
    try {
      return sender.call(command, all, onEvent);
    } catch (ControlException e) {
      throw failure(e);
    }
  }

  /** Has the sending side measure meanwhile; what comes of it, or why not, is in the future. */
  public final CompletableFuture<JsonNode> begin(String command, Map<String, ?> args) {
    CompletableFuture<JsonNode> result = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                result.complete(measure(command, args));
              } catch (BenchException e) {
                result.completeExceptionally(e);
              }
            },
            "limpet-bench-" + name);
    thread.setDaemon(true);
    thread.start();
    return result;
  }

  /** Breaks off what the sending side measures. */
  public final void cancel() throws BenchException {
    call(sender, "perf.cancel");
  }

  /** Lets the receiving side forget what it has received, if it takes note of that at all. */
  public final void forget() throws BenchException {
    if (!name.equals(UDP)) {
      call(receiver, "perf.forget");
    }
  }

  /** Returns what the receiving side has received since. */
  public final Flows received() throws BenchException {
    return Flows.of(call(receiver, "perf.received"));
  }

  private JsonNode call(ControlClient side, String command) throws BenchException {
    try {
      JsonNode result = side.call(command, Map.of());
      return result == null ? MissingNode.getInstance() : result;
    } catch (ControlException e) {
      throw failure(e);
    }
  }

  /** A process that has ended has perhaps said why. */
  private BenchException failure(ControlException e) {
    String words = lastWords();
    return new BenchException(
        name + ": " + e.getMessage() + (words.isEmpty() ? "" : " (" + words + ")"), e);
  }

  /** Ends both sides. */
  @Override
  public abstract void close();
}
