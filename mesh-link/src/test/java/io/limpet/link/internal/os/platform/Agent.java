package io.limpet.link.internal.os.platform;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** An {@link AgentMain} in a Java process of its own, because java.net knows but one namespace. */
final class Agent implements AutoCloseable {
  private final Process process;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
  private final List<String> events = new CopyOnWriteArrayList<>();

  private Agent(Process process) {
    this.process = process;
    Thread reader = new Thread(this::read, "agent output");
    reader.setDaemon(true);
    reader.start();
  }

  static Agent asRoot(Namespace in) {
    return start(in, List.of());
  }

  /** Starts one as an ordinary user without any capability for the network. */
  static Agent asNobody(Namespace in, String... arguments) {
    return asUser(in, 65534, arguments);
  }

  /** Starts one as a user without any capability for the network. */
  static Agent asUser(Namespace in, int uid, String... arguments) {
    return start(in, unprivileged(uid), arguments);
  }

  /** The beginning of a command line that is run by a user without privileges. */
  static List<String> unprivileged(int uid) {
    return List.of(
        "setpriv",
        "--reuid=" + uid,
        "--regid=65534",
        "--clear-groups",
        // So that it can read the class path wherever that is; of no use for the network.
        "--inh-caps=-all,+dac_read_search",
        "--ambient-caps=+dac_read_search",
        "--bounding-set=-all,+dac_read_search");
  }

  /**
   * Starts one that owns a user namespace, and so has every capability, but not for the network.
   */
  static Agent inUserNamespace(Namespace in) {
    return start(in, List.of("unshare", "--user", "--map-root-user"));
  }

  private static Agent start(Namespace in, List<String> wrapper, String... arguments) {
    List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", in.name()));
    command.addAll(wrapper);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx64m", AgentMain.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    // By the environment: a class path this long would drown every listing of processes.
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    try {
      Agent agent = new Agent(builder.start());
      agent.answer(30);
      return agent;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gives a command; returns the answer. */
  String ask(String command) {
    tell(command);
    return answer(10);
  }

  /** Gives a command that has no answer. */
  void tell(String command) {
    try {
      process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns everything the monitor told so far. */
  List<String> events() {
    return events;
  }

  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private String answer(int timeoutSeconds) {
    try {
      String answer = answers.poll(timeoutSeconds, TimeUnit.SECONDS);
      if (answer == null) {
        throw new IllegalStateException("the agent does not answer");
      }
      return answer;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void read() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("=")) {
          answers.add(line.substring(1));
        } else if (line.startsWith("!")) {
          events.add(line.substring(1));
        } else {
          System.err.println(line);
        }
      }
    } catch (IOException e) {
      System.err.println("agent output ended: " + e.getMessage());
    }
  }
}
