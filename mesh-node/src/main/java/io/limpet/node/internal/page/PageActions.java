package io.limpet.node.internal.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.limpet.node.internal.control.ControlCommands;
import io.limpet.node.internal.control.ControlException;
import io.limpet.node.internal.control.ControlJson;
import io.limpet.node.internal.http.HttpAnswer;
import io.limpet.node.internal.http.HttpReply;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * What a person does on the page: a few of the commands that the command line has, by the same code
 * and with the same words. They may wait for a peer, so they have a few threads of their own.
 */
final class PageActions implements AutoCloseable {
  /** Nothing else can be asked for from a browser. */
  private static final Set<String> ALLOWED =
      Set.of(
          "explain",
          "links",
          "share",
          "join",
          "leave",
          "invite",
          "accept",
          "decline",
          "withdraw",
          "say");

  private static final int THREADS = 4;
  private static final int QUEUE = 32;
  private static final int IDLE_SECONDS = 10;

  private final ControlCommands commands;
  private final ThreadPoolExecutor threads;

  PageActions(ControlCommands commands) {
    this.commands = commands;
    this.threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(QUEUE),
            new DefaultThreadFactory("limpet-page-action", true));
    threads.allowCoreThreadTimeOut(true);
  }

  /** Carries out {@code {"command": …, "args": {…}}}; never blocks. */
  CompletionStage<HttpReply> answer(String request) {
    try {
      return CompletableFuture.supplyAsync(() -> run(request), threads);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.completedFuture(error("too much at once: try again", 1));
    }
  }

  private HttpAnswer run(String request) {
    try {
      JsonNode asked = ControlJson.MAPPER.readTree(request);
      String command = asked.path("command").asText();
      if (!ALLOWED.contains(command)) {
        return error("'" + command + "' is not for this page", 2);
      }
      ObjectNode answer = ControlJson.MAPPER.createObjectNode();
      answer.set("result", commands.call(command, asked.path("args")));
      return json(answer);
    } catch (JsonProcessingException e) {
      return error("not JSON", 2);
    } catch (ControlException e) {
      return error(String.valueOf(e.getMessage()), e.exitCode());
    }
  }

  /** A refusal is an ordinary answer, which the page shows. */
  private static HttpAnswer error(String text, int exit) {
    return json(ControlJson.MAPPER.createObjectNode().put("error", text).put("exit", exit));
  }

  private static HttpAnswer json(ObjectNode answer) {
    return PageFiles.strict(
        HttpAnswer.text(200, "application/json; charset=utf-8", answer.toString()));
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
