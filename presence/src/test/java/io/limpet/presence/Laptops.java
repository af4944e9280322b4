package io.limpet.presence;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Network namespaces with processes in them, all of which are gone after {@link #close}, whatever
 * happened.
 */
final class Laptops implements AutoCloseable {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final String prefix =
      "limpet-p" + ProcessHandle.current().pid() + '-' + NUMBER.incrementAndGet();
  private final Deque<Process> processes = new ArrayDeque<>();
  private final Deque<String> namespaces = new ArrayDeque<>();
  private final Path folder;

  Laptops(Path folder) {
    this.folder = folder;
  }

  /** Says whether this process may make namespaces. */
  static boolean available() {
    return "root".equals(System.getProperty("user.name")) && Files.exists(Path.of("/proc/self/ns"));
  }

  /** Makes a namespace and returns its name. */
  String add(String name) throws IOException {
    String namespace = prefix + '-' + name;
    run("ip netns add " + namespace);
    namespaces.push(namespace);
    in(namespace, "ip link set lo up");
    return namespace;
  }

  /** Joins two namespaces by a cable. */
  void connect(
      String a, String interfaceA, String addressA, String b, String interfaceB, String addressB)
      throws IOException {
    run(
        "ip link add %s netns %s type veth peer name %s netns %s"
            .formatted(interfaceA, a, interfaceB, b));
    in(a, "ip addr add " + addressA + " dev " + interfaceA);
    in(b, "ip addr add " + addressB + " dev " + interfaceB);
    in(a, "ip link set " + interfaceA + " up");
    in(b, "ip link set " + interfaceB + " up");
  }

  /** Loses a share of the frames that come in, by chance. */
  void lose(String namespace, int percent) throws IOException {
    in(
        namespace,
        ("nft 'add table netdev radio; add chain netdev radio air"
                + " { type filter hook ingress device eth0 priority 0; };"
                + " add rule netdev radio air numgen random mod 100 < %d drop'")
            .formatted(percent));
  }

  /** Runs a command in a namespace and returns what it printed. */
  String in(String namespace, String command) throws IOException {
    return run("ip netns exec " + namespace + ' ' + command);
  }

  /** Runs a command by a shell and returns what it printed. */
  String run(String command) throws IOException {
    Process process = new ProcessBuilder("sh", "-c", command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IOException(command + ": " + output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    return output;
  }

  /** Starts a node's presence in a namespace. */
  Child presence(String namespace, String nickname, int number) throws IOException {
    Path home = Files.createDirectories(folder.resolve(nickname + number));
    return start(
        nickname,
        "ip",
        "netns",
        "exec",
        namespace,
        // Whoever asks for a name there asks one that does not answer.
        "sh",
        "-c",
        "mount --bind '" + resolver() + "' /etc/resolv.conf && exec \"$@\"",
        "sh",
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-Xmx96m",
        "-cp",
        System.getProperty("java.class.path"),
        PresenceChild.class.getName(),
        nickname,
        Integer.toString(number),
        home.toString());
  }

  private Path resolver() throws IOException {
    return Files.writeString(
        folder.resolve("resolv.conf"), "nameserver " + NameServer.ADDRESS + '\n');
  }

  /** Starts a process that ends with this object. */
  Child start(String name, String... command) throws IOException {
    Path errors = folder.resolve(name + "-" + processes.size() + ".err");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    processes.push(process);
    return new Child(name, process, errors);
  }

  @Override
  public void close() throws IOException {
    for (Process process : processes) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    IOException failure = null;
    for (String namespace : namespaces) {
      try {
        // What was started in a shell of its own is no descendant any more.
        run("for pid in $(ip netns pids %s); do kill -9 $pid || true; done".formatted(namespace));
        run("ip netns del " + namespace);
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** A process and what it has said so far. */
  static final class Child {
    private final String name;
    private final Process process;
    private final Path errors;
    private final Writer input;
    private final List<String> lines = new ArrayList<>();

    Child(String name, Process process, Path errors) {
      this.name = name;
      this.process = process;
      this.errors = errors;
      this.input = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
      Thread reader = new Thread(this::read, "reader of " + name);
      reader.setDaemon(true);
      reader.start();
    }

    private void read() {
      try (BufferedReader output =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        String line;
        while ((line = output.readLine()) != null) {
          synchronized (lines) {
            lines.add(line);
          }
        }
      } catch (IOException e) {
        synchronized (lines) {
          lines.add("unreadable: " + e);
        }
      }
    }

    void say(String command) {
      try {
        input.write(command + '\n');
        input.flush();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    Process process() {
      return process;
    }

    List<String> lines() {
      synchronized (lines) {
        return List.copyOf(lines);
      }
    }

    /** Returns the lines from one on. */
    List<String> linesFrom(int first) {
      List<String> all = lines();
      return all.subList(Math.min(first, all.size()), all.size());
    }

    String errors() {
      try {
        return Files.readString(errors);
      } catch (IOException e) {
        return e.toString();
      }
    }

    @Override
    public String toString() {
      return name
          + " said "
          + String.join("\n  ", lines())
          + "\nand on standard error\n"
          + errors();
    }
  }
}
