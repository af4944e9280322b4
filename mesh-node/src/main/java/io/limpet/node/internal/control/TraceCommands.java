package io.limpet.node.internal.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.link.MeshAddress;
import io.limpet.tcp.MeshTcp;
import io.limpet.tcp.TcpTrace;
import io.limpet.tcp.TraceOptions;
import io.limpet.tcp.TraceSummary;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The command that writes a node's segments into a file for as long as whoever asked stays. */
final class TraceCommands {
  private static final int MOST_SECONDS = 86_400;
  private static final int MOST_SNAP_BYTES = 65_535;
  private static final int MEGABYTES = 64;
  private static final int MOST_MEGABYTES = 4096;
  private static final long BYTES_OF_A_MEGABYTE = 1_000_000L;

  /** So often it is looked whether the client is still there. */
  private static final long LOOK_NS = 1_000_000_000L;

  /** Finds the one peer that a person means. */
  @FunctionalInterface
  interface Peers {
    MeshAddress address(String peer) throws ControlException;
  }

  private final MeshTcp tcp;
  private final Peers peers;

  TraceCommands(MeshTcp tcp, Peers peers) {
    this.tcp = tcp;
    this.peers = peers;
  }

  void addTo(ControlCommands commands) {
    commands.add("trace", this::trace);
  }

  private void trace(JsonNode args, ControlServer.Reply reply)
      throws ControlException, IOException {
    Path file = file(ControlArgs.required(args, "file"));
    TraceOptions options = options(args);
    long durationNs =
        args.has("seconds")
            ? TimeUnit.SECONDS.toNanos(ControlArgs.number(args, "seconds", 0, 1, MOST_SECONDS))
            : Long.MAX_VALUE;
    TcpTrace trace = begin(file, options);
    try (trace) {
      follow(trace, durationNs, reply);
    }
    reply.result(Views.TraceView.of(file, ControlCommands.await(trace.ended())));
  }

  /** Waits for the time to be up, the trace to end by itself, or the client to go away. */
  private static void follow(TcpTrace trace, long durationNs, ControlServer.Reply reply)
      throws ControlException, IOException {
    long startNs = System.nanoTime();
    long leftNs = durationNs;
    do {
      // The first says that nothing is missed from now on. Writing is also how a client that went
      // away is noticed.
      reply.event(Map.of());
      if (isOver(trace, Math.min(leftNs, LOOK_NS))) {
        return;
      }
      leftNs = durationNs - (System.nanoTime() - startNs);
    } while (leftNs > 0);
  }

  private static Path file(String name) throws ControlException {
    try {
      Path file = Path.of(name);
      if (file.isAbsolute()) {
        return file;
      }
    } catch (InvalidPathException e) {
      // Said below.
    }
    throw ControlException.wrongUsage("'file' is the whole path of a file, not '" + name + "'");
  }

  private TraceOptions options(JsonNode args) throws ControlException {
    TraceOptions options =
        TraceOptions.defaults()
            .withDataBytes(ControlArgs.number(args, "snap", 0, 0, MOST_SNAP_BYTES))
            .withMaxFileBytes(
                BYTES_OF_A_MEGABYTE
                    * ControlArgs.number(args, "megabytes", MEGABYTES, 1, MOST_MEGABYTES));
    return args.has("peer")
        ? options.withPeer(peers.address(ControlArgs.required(args, "peer")))
        : options;
  }

  private TcpTrace begin(Path file, TraceOptions options) throws ControlException {
    try {
      return tcp.traceTo(file, options);
    } catch (FileAlreadyExistsException e) {
      throw ControlException.wrongUsage(
          file + " exists, and a trace replaces nothing: name another file");
    } catch (NoSuchFileException e) {
      throw ControlException.wrongUsage(
          "there is no folder " + file.getParent() + " to put a trace into");
    } catch (IOException e) {
      throw ControlException.wrongUsage(file + " cannot be made: " + reason(e));
    } catch (IllegalStateException e) {
      throw ControlException.failed(String.valueOf(e.getMessage()));
    }
  }

  private static String reason(IOException e) {
    if (e instanceof FileSystemException system && system.getReason() != null) {
      return system.getReason();
    }
    return e instanceof AccessDeniedException
        ? "permission denied"
        : String.valueOf(e.getMessage());
  }

  /** Waits for a trace to end by itself, because it is full, or cannot be written any longer. */
  private static boolean isOver(TcpTrace trace, long atMostNs) throws ControlException {
    try {
      TraceSummary unused = trace.ended().toCompletableFuture().get(atMostNs, TimeUnit.NANOSECONDS);
      return true;
    } catch (ExecutionException e) {
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ControlException.failed("interrupted");
    }
  }
}
