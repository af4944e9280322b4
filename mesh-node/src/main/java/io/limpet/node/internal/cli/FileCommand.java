package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import io.limpet.node.internal.control.JsonTrees;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A command about files, which goes on though the node is restarted meanwhile. */
abstract class FileCommand extends ClientCommand {
  private static final long LOOK_MS = 500;

  /** For so long a node that was restarted may not know whom the command is about. */
  private static final long SETTLE_NS = 60_000_000_000L;

  private final FileLines lines = new FileLines();

  @Override
  public Integer call() throws ControlException {
    ask(client());
    return Limpet.OK;
  }

  /** Returns the name of the command on the control socket. */
  abstract String command();

  abstract Map<String, Object> args();

  /** Remembers of an event what the command would need if it had to be given again. */
  abstract void note(JsonNode event);

  @Override
  final JsonNode ask(ControlClient client) throws ControlException {
    boolean[] answered = {false};
    boolean again = false;
    long backNs = 0;
    while (true) {
      try {
        return client.call(
            command(),
            args(),
            event -> {
              answered[0] |= !event.isEmpty();
              note(event);
              print(event);
            });
      } catch (ControlException e) {
        boolean settled = !again || answered[0] || System.nanoTime() - backNs > SETTLE_NS;
        boolean there = isThere(client);
        if (Thread.currentThread().isInterrupted()
            || (there && settled)
            || !(answered[0] || again)) {
          throw e;
        }
        if (there) {
          pause(); // a node that was started a moment ago has not heard of everybody yet
          continue;
        }
      }
      say("the node stopped: waiting until it runs again");
      do {
        pause();
      } while (!isThere(client));
      again = true;
      answered[0] = false;
      backNs = System.nanoTime();
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
      out().println(JsonTrees.write(event));
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
