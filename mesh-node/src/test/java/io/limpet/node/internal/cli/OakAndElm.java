package io.limpet.node.internal.cli;

import static org.awaitility.Awaitility.await;

import io.limpet.node.Air;
import io.limpet.node.MeshNode;
import io.limpet.node.MeshNodeBuilder;
import io.limpet.node.internal.runtime.LiveNode;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.UnaryOperator;

/** Nodes, mostly two, on an air of their own inside of this process, and their command lines. */
public final class OakAndElm implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(30);

  private final Air air = new Air();
  private final Path folder;
  private final UnaryOperator<MeshNodeBuilder> settings;
  private final Deque<LiveNode> nodes = new ArrayDeque<>();

  /** None is started yet; their home folders will be below this one. */
  public OakAndElm(Path folder) {
    this(folder, UnaryOperator.identity());
  }

  /** The same with further settings of each node. */
  OakAndElm(Path folder, UnaryOperator<MeshNodeBuilder> settings) {
    this.folder = folder;
    this.settings = settings;
  }

  /** Starts a node, which ends with this object if not before. */
  public LiveNode start(String name) throws Exception {
    return start(name, settings);
  }

  /** The same with settings of its own. */
  LiveNode start(String name, UnaryOperator<MeshNodeBuilder> own) throws Exception {
    LiveNode node =
        LiveNode.start(
            own.apply(MeshNode.builder(folder.resolve(name), name).radio(air.radio())),
            Clock.systemUTC(),
            Instant.now(),
            null,
            () -> {});
    nodes.push(node);
    return node;
  }

  /** Ends a node. */
  public void stop(LiveNode node) {
    nodes.remove(node);
    node.close();
  }

  /** Waits until each of these has somebody else online. */
  public void awaitMeeting(String... names) {
    for (String name : names) {
      await().atMost(SOON).until(() -> as(name, "peers").out().contains("ONLINE"));
    }
  }

  /** Runs a command on a node. */
  Said as(String name, String... args) {
    return Said.by(folder.resolve(name), args);
  }

  @Override
  public void close() {
    while (!nodes.isEmpty()) {
      nodes.pop().close();
    }
  }
}
