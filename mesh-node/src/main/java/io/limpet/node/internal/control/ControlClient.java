package io.limpet.node.internal.control;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Gives commands to a running node. Blocking; safe for any thread. */
public final class ControlClient implements AutoCloseable {
  private final Path home;
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

  /** Speaks to the node of this home folder. */
  public ControlClient(Path home) {
    this.home = home;
  }

  /** Gives a command and waits for its result. */
  public JsonNode call(String command, Map<String, ?> args) throws ControlException {
    return call(command, args, event -> {});
  }

  /** Gives a command, hands each event to the consumer, and waits for the result. */
  public JsonNode call(String command, Map<String, ?> args, Consumer<JsonNode> onEvent)
      throws ControlException {
    UnixDomainSocketAddress address = ControlSocket.address(home);
    SocketChannel connected = connect(address);
    open.add(connected);
    try (SocketChannel channel = connected) {
      JsonNode request = JsonTrees.of(Map.of("command", command, "args", args));
      ByteBuffer line =
          ByteBuffer.wrap((JsonTrees.write(request) + "\n").getBytes(StandardCharsets.UTF_8));
      while (line.hasRemaining()) {
        channel.write(line);
      }
      BufferedReader in = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
      for (String answer = in.readLine(); answer != null; answer = in.readLine()) {
        JsonNode json = JsonTrees.read(answer);
        if (json.has("event")) {
          onEvent.accept(json.get("event"));
        } else if (json.has("error")) {
          throw new ControlException(json.get("error").asText(), json.path("exit").asInt(1));
        } else {
          return json.path("result");
        }
      }
      throw ControlException.failed("the node of " + home + " stopped before it answered");
    } catch (IOException e) {
      throw ControlException.failed(
          "the node of " + home + " stopped answering: " + e.getMessage());
    } finally {
      open.remove(connected);
    }
  }

  /** Hangs up on the node: what waits for an answer fails. */
  @Override
  public void close() {
    for (SocketChannel channel : open) {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private SocketChannel connect(UnixDomainSocketAddress address) throws ControlException {
    try {
      return SocketChannel.open(address);
    } catch (IOException e) {
      throw ControlException.failed(
          "no node runs on home folder "
              + home
              + ": start one with 'limpet --home "
              + home
              + " node --background'");
    }
  }
}
