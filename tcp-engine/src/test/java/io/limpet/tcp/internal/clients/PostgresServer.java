package io.limpet.tcp.internal.clients;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of its own, in a temporary folder and at a free port of the loopback
 * interface; it refuses to be root, and so is nobody then.
 */
final class PostgresServer implements AutoCloseable {

  private static final Path INSTALLATIONS = Path.of("/usr/lib/postgresql");
  private static final long START_SECONDS = 30;

  private final Path programs;
  private final Path folder;
  private final int port;
  private final Process process;

  private PostgresServer(Path programs, Path folder, int port) throws IOException {
    this.programs = programs;
    this.folder = folder;
    this.port = port;
    run(
        programs.resolve("initdb").toString(),
        "--pgdata=" + folder.resolve("data"),
        "--username=limpet",
        "--auth=trust",
        "--encoding=UTF8",
        "--no-sync");
    process =
        begin(
            programs.resolve("postgres").toString(),
            "-D",
            folder.resolve("data").toString(),
            "-p",
            String.valueOf(port),
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "unix_socket_directories=" + folder,
            "-c",
            "fsync=off");
  }

  /** Returns the folder of the newest server's programs, if one is installed. */
  static Optional<Path> installed() {
    if (!Files.isDirectory(INSTALLATIONS)) {
      return Optional.empty();
    }
    try (Stream<Path> versions = Files.list(INSTALLATIONS)) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(programs -> Files.isExecutable(programs.resolve("postgres")))
          .max(Comparator.naturalOrder());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  static PostgresServer start(Path programs) throws IOException {
    Path folder = Files.createTempDirectory("limpet-postgres");
    if (isRoot()) {
      new ProcessBuilder("chown", "nobody", folder.toString()).start().onExit().join();
    }
    PostgresServer server = new PostgresServer(programs, folder, freePort());
    try {
      server.awaitReady();
      return server;
    } catch (IOException e) {
      server.close();
      throw e;
    }
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  private Process begin(String... command) throws IOException {
    List<String> line = new ArrayList<>();
    if (isRoot()) {
      line.addAll(List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"));
    }
    line.addAll(List.of(command));
    return new ProcessBuilder(line)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
        .start();
  }

  private void run(String... command) throws IOException {
    int status = begin(command).onExit().orTimeout(60, TimeUnit.SECONDS).join().exitValue();
    if (status != 0) {
      throw new IOException(command[0] + " failed: " + log());
    }
  }

  private String log() throws IOException {
    return Files.readString(folder.resolve("log"));
  }

  /** Its own program knows when it takes connections. */
  private void awaitReady() throws IOException {
    String isReady = programs.resolve("pg_isready").toString();
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (System.nanoTime() - deadlineNs < 0 && process.isAlive()) {
      Process asking =
          begin(isReady, "-h", "127.0.0.1", "-p", String.valueOf(port), "-t", "1", "-q");
      if (asking.onExit().join().exitValue() == 0) {
        return;
      }
    }
    throw new IOException("the server does not take connections: " + log());
  }

  @Override
  public void close() throws IOException {
    // SIGTERM: it waits for nobody's transaction if they are all gone.
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
