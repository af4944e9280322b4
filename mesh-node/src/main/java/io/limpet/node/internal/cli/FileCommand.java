package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A command about files, which goes on though the node is restarted meanwhile. */
abstract class FileCommand extends ClientCommand {
  private static final long LOOK_MS = 500;

  private final FileLines lines = new FileLines();

  @Override
  public Integer call() throws ControlException {
    ask(client());
    return Limpet.OK;
  }

  /** Returns the name of the command on the control socket. */
  abstract String command();

  abstract Map<String, Object> args();

  @Override
  final JsonNode ask(ControlClient client) throws ControlException {
    boolean[] answered = {false};
    while (true) {
      try {
        return client.call(
            command(),
            args(),
            event -> {
              answered[0] = true;
              print(event);
            });
      } catch (ControlException e) {
        if (!answered[0] || Thread.currentThread().isInterrupted() || isThere(client)) {
          throw e;
        }
      }
      say("the node stopped: waiting until it runs again");
      do {
        pause();
      } while (!isThere(client));
    }
  }

  private static boolean isThere(ControlClient client) {
    try {
      client.call("status", none());
      return true;
    } catch (ControlException e) {
      return false;
    }
  }

  private static void pause() throws ControlException {
    try {
      new CountDownLatch(1).await(LOOK_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ControlException("interrupted", Limpet.FAILED);
    }
  }

  private void print(JsonNode event) {
    if (event.isEmpty()) {
      return;
    }
    if (isJson()) {
      out().println(event);
    } else {
      String text = text(event);
      if (!text.isEmpty()) {
        out().print(text);
      }
    }
    out().flush();
  }

  private void say(String text) {
    if (!isJson()) {
      out().print(lines.line(text));
      out().flush();
    }
  }

  FileLines lines() {
    return lines;
  }

  @Override
  String text(JsonNode event) {
    return lines.text(event);
  }
}
