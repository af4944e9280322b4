package io.limpet.node.internal.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.limpet.node.NodeException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers commands on the node's Unix socket: only to the user who owns it, and to root.
 *
 * <p>Each connection has a thread of its own and carries one command; there are few of them.
 */
public final class ControlServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);
  private static final int MAX_CONNECTIONS = 64;

  private final ServerSocketChannel server;
  private final Path path;
  private final ControlCommands commands;
  private final UserPrincipal owner;
  private final ObjectMapper mapper = ControlJson.MAPPER;
  private final Semaphore free = new Semaphore(MAX_CONNECTIONS);
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

  private ControlServer(
      ServerSocketChannel server, Path path, UserPrincipal owner, ControlCommands commands) {
    this.server = server;
    this.path = path;
    this.owner = owner;
    this.commands = commands;
  }

  /**
   * Starts answering. The caller holds the home folder's lock, so a socket file that exists is left
   * over from a node that died.
   */
  public static ControlServer start(Path home, ControlCommands commands) throws NodeException {
    Path path = ControlSocket.path(home);
    try {
      var address = ControlSocket.address(home);
      Files.deleteIfExists(path);
      ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      server.bind(address);
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
      ControlServer control = new ControlServer(server, path, Files.getOwner(path), commands);
      Thread acceptor = new Thread(control::accept, "limpet-control");
      acceptor.setDaemon(true);
      acceptor.start();
      return control;
    } catch (ControlException e) {
      throw new NodeException(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new NodeException(
          "the control socket " + path + " cannot be made: " + e.getMessage(), e);
    }
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        SocketChannel client = server.accept();
        if (!isAllowed(client) || !free.tryAcquire()) {
          client.close();
          continue;
        }
        open.add(client);
        Thread thread = new Thread(() -> serve(client), "limpet-control-client");
        thread.setDaemon(true);
        thread.start();
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        LOG.warn("control socket: {}", e.getMessage());
      }
    }
  }

  private boolean isAllowed(SocketChannel client) throws IOException {
    UserPrincipal user = client.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
    return user.equals(owner) || user.getName().equals("root");
  }

  private void serve(SocketChannel client) {
    try (client;
        InputStream in = new BufferedInputStream(Channels.newInputStream(client));
        OutputStream out = Channels.newOutputStream(client)) {
      String line = readLine(in);
      if (line == null) {
        return;
      }
      Reply reply = new Reply(client, out);
      try {
        JsonNode request = mapper.readTree(line);
        commands.run(request.path("command").asText(), request.path("args"), reply);
      } catch (ControlException e) {
        reply.fail(String.valueOf(e.getMessage()), e.exitCode());
      } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
        reply.fail("not a JSON request", 2);
      }
    } catch (IOException e) {
      LOG.debug("a control client went away: {}", e.getMessage());
    } finally {
      open.remove(client);
      free.release();
    }
  }

  private static @Nullable String readLine(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0; b = in.read()) {
      if (b == '\n') {
        return line.toString(StandardCharsets.UTF_8);
      }
      if (line.size() >= ControlSocket.MAX_REQUEST_BYTES) {
        return null;
      }
      line.write(b);
    }
    return null;
  }

  /** Takes no more commands, and ends those that are still being answered. */
  @Override
  public void close() {
    try {
      server.close();
      Files.deleteIfExists(path);
      for (SocketChannel client : open) {
        client.close(); // what was written before is still read
      }
    } catch (IOException e) {
      LOG.debug("control socket: {}", e.getMessage());
    }
  }

  /** Says what became of a command. Safe for any thread. */
  public static final class Reply {
    private final ObjectMapper mapper = ControlJson.MAPPER;
    private final @Nullable SocketChannel client;
    private final OutputStream out;

    private Reply(@Nullable SocketChannel client, OutputStream out) {
      this.client = client;
      this.out = out;
    }

    /** A reply to somebody in this process, who stays until it is whole. */
    static Reply into(OutputStream out) {
      return new Reply(null, out);
    }

    /** Has something done as soon as the client is gone, on a thread of its own. */
    void onGone(Runnable action) {
      SocketChannel watched = client;
      if (watched == null) {
        return;
      }
      Thread watch =
          new Thread(
              () -> {
                // The channel itself: its input stream would keep answers from being written.
                ByteBuffer nothing = ByteBuffer.allocate(1);
                try {
                  while (watched.read(nothing.clear()) >= 0) {
                    // A command is one line: what follows means nothing, only its end does.
                  }
                } catch (IOException e) {
                  LOG.debug("a control client went away: {}", e.getMessage());
                }
                action.run();
              },
              "limpet-control-gone");
      watch.setDaemon(true);
      watch.start();
    }

    synchronized void event(Object event) throws IOException {
      write("event", event);
    }

    /** Gives the command its result: once, and last. */
    public synchronized void result(Object result) throws IOException {
      write("result", result);
    }

    synchronized void fail(String error, int exitCode) throws IOException {
      ObjectNode line = mapper.createObjectNode();
      line.put("error", error).put("exit", exitCode);
      out.write((mapper.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    }

    private void write(String kind, Object value) throws IOException {
      ObjectNode line = mapper.createObjectNode();
      line.set(kind, mapper.valueToTree(value));
      out.write((mapper.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
  }
}
