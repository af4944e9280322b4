package io.limpet.rig.internal.laptop;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import io.limpet.node.internal.control.ControlJson;
import io.limpet.rig.Rig;
import io.limpet.rig.RigDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A device of the rig with a node running in it, driven from outside. Safe for any thread. */
public final class Laptop implements AutoCloseable {
  /** One line of a node's journal, and when it was read here. */
  public record Entry(JsonNode json, long atNs) {
    /** Returns its event. */
    public String event() {
      return json.path("event").asText();
    }

    /** Returns one of its fields as text, empty when it is not there. */
    public String field(String name) {
      return json.path(name).asText("");
    }
  }

  private final RigDevice device;
  private final String name;
  private final NodeHost host;
  private final ControlClient control;
  private final List<Entry> journal = new ArrayList<>();
  private final List<Consumer<Entry>> listeners = new CopyOnWriteArrayList<>();

  /**
   * Describes a laptop whose node keeps its home in a folder; nothing runs yet. The node will have
   * a process of its own where the device has a kernel, and live in this one where it has not.
   */
  public Laptop(Rig rig, RigDevice device, Path home) {
    this.device = device;
    this.name = device.name();
    this.host =
        device
            .airPort()
            .<NodeHost>map(
                port -> new ThreadHost(new AirPortRadio(device, port, rig.devices()), home))
            .orElseGet(() -> new ProcessHost(device, name, home, List.of(), false));
    this.control = new ControlClient(home);
  }

  /**
   * Describes one of several nodes of a device that has a kernel; nothing runs yet.
   *
   * @param name what its person is called, whatever the device is
   * @param jvmOptions for the node's own process
   */
  public Laptop(RigDevice device, String name, Path home, List<String> jvmOptions) {
    this(device, name, home, jvmOptions, false);
  }

  /**
   * The same.
   *
   * @param ordinary whether the node runs as a user without any privilege; the home folder must
   *     then be that user's, and the folder above it reachable for everybody
   */
  public Laptop(
      RigDevice device, String name, Path home, List<String> jvmOptions, boolean ordinary) {
    this.device = device;
    this.name = name;
    this.host = new ProcessHost(device, name, home, jvmOptions, ordinary);
    this.control = new ControlClient(home);
  }

  /** Returns what its person is called. */
  public String name() {
    return name;
  }

  /** Returns the device it is. */
  public RigDevice device() {
    return device;
  }

  /** Starts the node; {@link #awaitEvent} on {@code node.ready} tells when it is up. */
  public void start(List<String> options) {
    host.start(options, this::onLine);
  }

  private void onLine(String line) {
    try {
      Entry entry = new Entry(ControlJson.MAPPER.readTree(line), System.nanoTime());
      synchronized (journal) {
        journal.add(entry);
      }
      listeners.forEach(listener -> listener.accept(entry));
    } catch (IOException e) {
      // Not the journal: something that a library printed. It is in the process's output.
      return;
    }
  }

  /** Has each journal entry from now on given to a listener, on the thread that reads it. */
  public void onJournal(Consumer<Entry> listener) {
    listeners.add(listener);
  }

  /** Gives the node a command and waits for its result. */
  public JsonNode call(String command, Map<String, ?> args) throws LaptopException {
    try {
      return control.call(command, args);
    } catch (ControlException e) {
      throw new LaptopException(name() + ": " + e.getMessage(), e);
    }
  }

  /** Gives the node a command whose answer is many events; blocks until it ends. */
  public void stream(String command, Map<String, ?> args, Consumer<JsonNode> onEvent)
      throws ControlException {
    control.call(command, args, onEvent);
  }

  /**
   * Returns the process id of the node.
   *
   * @throws io.limpet.rig.RigException if it has no process of its own
   */
  public long pid() {
    return host.pid();
  }

  /** Returns one line that says why the node ended, empty while it runs. */
  public String lastWords() {
    return host.isAlive() ? "" : host.lastError();
  }

  /** Says whether the node has been started and has not ended. */
  public boolean isAlive() {
    return host.isAlive();
  }

  /** Says whether the node has come up. */
  public boolean isReady() {
    return journal().stream().anyMatch(entry -> entry.event().equals("node.ready"));
  }

  /** Waits for a journal entry that is there already or comes in time. */
  public Entry awaitEvent(String what, Duration atMost, Predicate<Entry> wanted)
      throws LaptopException {
    return Waiting.until(
        name() + ": " + what,
        atMost,
        () -> {
          for (Entry entry : journal()) {
            if (wanted.test(entry)) {
              return entry;
            }
          }
          if (!host.isAlive()) {
            throw new LaptopException(name() + " ended early: " + host.lastError());
          }
          return null;
        });
  }

  /** Returns the journal as read so far. */
  public List<Entry> journal() {
    synchronized (journal) {
      return List.copyOf(journal);
    }
  }

  /** Returns what the node says of another, or a missing node. */
  public JsonNode peer(Laptop other) throws LaptopException {
    for (JsonNode peer : call("peers", Map.of())) {
      if (peer.path("name").asText().equals(other.name())) {
        return peer;
      }
    }
    return ControlJson.MAPPER.missingNode();
  }

  /** Says whether the other is ONLINE here. */
  public boolean sees(Laptop other) throws LaptopException {
    return peer(other).path("state").asText().equals("ONLINE");
  }

  /** The mesh connections with another laptop, as an unordered set of their port pairs. */
  public Set<String> connectionsWith(Laptop other) throws LaptopException {
    TreeSet<String> ports = new TreeSet<>();
    for (JsonNode connection : call("connections", Map.of())) {
      if (connection.path("name").asText().equals(other.name())
          && connection.path("state").asText().equals("ESTABLISHED")) {
        ports.add(connection.path("localPort").asInt() + "-" + connection.path("remotePort"));
      }
    }
    return ports;
  }

  /** Asks the node to stop; returns at once. */
  @Override
  public void close() {
    host.stop();
  }

  /** Ends the node at once, without a goodbye, as a laptop that loses power. */
  public void kill() {
    host.kill();
  }

  /** Waits for the node to end. */
  public void awaitEnd(Duration atMost) {
    host.awaitEnd(atMost);
  }
}
