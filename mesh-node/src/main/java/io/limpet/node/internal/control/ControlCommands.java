package io.limpet.node.internal.control;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The commands that a running node takes, by name. */
public final class ControlCommands {
  /** Nothing that a command waits for takes longer, but what says its own time. */
  private static final long DEFAULT_TIMEOUT_MS = 15_000;

  /** One command. */
  @FunctionalInterface
  public interface Command {
    /** Carries it out, and says its result. */
    void run(JsonNode args, ControlServer.Reply reply) throws ControlException, IOException;
  }

  private final Map<String, Command> commands = new TreeMap<>();

  /** Adds a command; another of that name is replaced. */
  public void add(String name, Command command) {
    commands.put(name, command);
  }

  void run(String name, JsonNode args, ControlServer.Reply reply)
      throws ControlException, IOException {
    Command command = commands.get(name);
    if (command == null) {
      throw ControlException.wrongUsage(
          "unknown command '" + name + "': this node knows " + List.copyOf(commands.keySet()));
    }
    command.run(args, reply);
  }

  /**
   * Carries out a command that has one result, on this thread, and returns that.
   *
   * @throws ControlException with one line, when it cannot be done
   */
  public JsonNode call(String name, JsonNode args) throws ControlException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    try {
      run(name, args, ControlServer.Reply.into(answer));
      return ControlJson.MAPPER.readTree(answer.toByteArray()).path("result");
    } catch (IOException e) {
      throw ControlException.failed("the answer to '" + name + "' is no JSON", e);
    }
  }

  /** Waits on the command's own thread. */
  static void pause(long milliseconds) throws ControlException {
    try {
      new CountDownLatch(1).await(milliseconds, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ControlException.failed("interrupted");
    }
  }

  /** Waits on the command's own thread, as long as nothing should take. */
  public static <T> T await(CompletionStage<T> stage) throws ControlException {
    return await(stage, DEFAULT_TIMEOUT_MS);
  }

  /** Waits on the command's own thread, as long as nothing should take. */
  public static <T> T await(CompletionStage<T> stage, long timeoutMs) throws ControlException {
    try {
      return stage.toCompletableFuture().get(timeoutMs, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      while (cause instanceof CompletionException && cause.getCause() != null) {
        cause = cause.getCause();
      }
      throw ControlException.failed(
          cause.getMessage() == null ? cause.toString() : cause.getMessage(), cause);
    } catch (TimeoutException e) {
      throw ControlException.failed("no answer within " + timeoutMs / 1000 + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ControlException.failed("interrupted");
    }
  }
}
