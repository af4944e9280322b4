package io.limpet.node.internal.runtime;

import io.limpet.invitation.InvitationException;
import io.limpet.invitation.InvitationServices;
import io.limpet.invitation.Invitations;
import io.limpet.link.LinkConfig;
import io.limpet.link.LinkException;
import io.limpet.link.MeshAddress;
import io.limpet.link.MeshLink;
import io.limpet.link.MeshLinks;
import io.limpet.link.VirtualRadio;
import io.limpet.node.MeshNode;
import io.limpet.node.NodeConfig;
import io.limpet.node.NodeException;
import io.limpet.node.internal.files.FileTransfers;
import io.limpet.node.internal.journal.JournalFeed;
import io.limpet.node.internal.perf.PerfLog;
import io.limpet.node.internal.perf.PerfServer;
import io.limpet.node.internal.streams.Streams;
import io.limpet.presence.PlainChatException;
import io.limpet.presence.PlainEvent;
import io.limpet.presence.PlainListener;
import io.limpet.presence.PlainPeople;
import io.limpet.presence.PresenceConfig;
import io.limpet.presence.Presences;
import io.limpet.presence.Roster;
import io.limpet.tcp.CloseReason;
import io.limpet.tcp.ConnectionListener;
import io.limpet.tcp.MeshTcp;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All layers of a node, started from the bottom up and stopped from the top down. */
public final class NodeRuntime implements MeshNode {
  private static final Logger LOG = LoggerFactory.getLogger(NodeRuntime.class);
  private static final long PRESENCE_CLOSE_MS = 6_000;

  private final NodeConfig config;
  private final Deque<AutoCloseable> layers = new ArrayDeque<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private final PerfLog perfLog = new PerfLog();
  private final MeshLink link;
  private final MeshTcp tcp;
  private final Roster roster;
  private final @Nullable PlainPeople plain;
  private final Invitations invitations;
  private final Streams streams;
  private final FileTransfers files;

  private NodeRuntime(NodeConfig config)
      throws LinkException, InvitationException, PlainChatException {
    this.config = config;
    try {
      this.link = push(openLink(config));
      this.tcp = push(MeshTcp.over(link, config.tcp()));
      this.roster =
          push(
              Presences.start(
                  link,
                  new PresenceConfig(
                      config.home(), config.colours(), config.mdns(), config.port())));
      tcp.addListener(this::onConnection);
      this.plain = config.plainChat() ? push(startPlain(config)) : null;
      this.invitations =
          push(
              InvitationServices.start(
                  link, tcp, roster, config.home(), config.whoMayInvite(), plain));
      this.streams = push(new Streams(link.localAddress(), tcp, roster));
      this.files = push(new FileTransfers(link.localAddress(), tcp, roster, Clock.systemUTC()));
      if (config.perf()) {
        push(PerfServer.start(link, tcp, perfLog));
      }
    } catch (LinkException | InvitationException | PlainChatException | RuntimeException e) {
      layers.forEach(NodeRuntime::close);
      throw e;
    }
  }

  /** Starts a node. Blocks until its sockets are bound. */
  public static MeshNode start(NodeConfig config) throws NodeException {
    try {
      return new NodeRuntime(config);
    } catch (LinkException
        | InvitationException
        | PlainChatException
        | IllegalArgumentException e) {
      throw new NodeException(e.getMessage() == null ? e.toString() : e.getMessage(), e);
    }
  }

  /** Starts a node on a thread of its own. */
  public static CompletionStage<MeshNode> startAsync(NodeConfig config) {
    CompletableFuture<MeshNode> started = new CompletableFuture<>();
    // Not a daemon: a program whose main thread has ended lives until it has its node.
    new Thread(
            () -> {
              try {
                started.complete(start(config));
              } catch (NodeException | RuntimeException e) {
                started.completeExceptionally(e);
              }
            },
            "limpet-start")
        .start();
    return started;
  }

  private PlainPeople startPlain(NodeConfig config) throws PlainChatException {
    if (!config.mdns()) {
      throw new PlainChatException(
          "people without Limpet are found by mDNS: plain chat needs it, and real interfaces");
    }
    return Presences.startPlain(link, roster);
  }

  private static MeshLink openLink(NodeConfig config) throws LinkException {
    VirtualRadio radio = config.radio();
    LinkConfig linkConfig = linkConfig(config);
    return radio == null ? MeshLinks.open(linkConfig) : MeshLinks.open(linkConfig, radio);
  }

  private static LinkConfig linkConfig(NodeConfig config) {
    return LinkConfig.of(config.home(), config.name())
        .withInterfaces(config.interfaces())
        .withPort(config.port())
        .withPrivileged(config.privileged())
        .withLinkd(config.linkd())
        .withSiteHook(config.siteHook())
        .withBeaconAirtime(config.beaconAirtime());
  }

  private <T extends AutoCloseable> T push(T layer) {
    layers.push(layer);
    return layer;
  }

  /** Data that nobody acknowledges is evidence about a person, too. */
  private void onConnection(
      ConnectionListener.Change change,
      MeshAddress peer,
      int localPort,
      int remotePort,
      @Nullable CloseReason reason) {
    if (change == ConnectionListener.Change.SUSPECT) {
      roster.suspect(peer, "a connection has had no answer");
    } else if (reason instanceof CloseReason.UserTimeout
        || reason instanceof CloseReason.UnknownPeer) {
      roster.suspect(peer, "a connection failed: " + reason.describe());
    }
  }

  /** Writes from now on what happens on this node. */
  void feed(JournalFeed feed) {
    // What was so before anybody listened is told first, and nothing is missed in between.
    link.eventLoop()
        .execute(
            () ->
                link.peers()
                    .thenAccept(
                        known -> {
                          feed.begin(roster.people(), known);
                          link.addListener(feed::onLink);
                          roster.addListener(feed::onRoster);
                        }));
    invitations.addListener(feed::onInvitation);
    tcp.addListener(feed::onConnection);
    streams.addListener(feed);
    files.addListener(feed::onFile);
    followPlain(this, feed::onPlain);
  }

  /** Tells a listener of people without Limpet, and first of those who are here already. */
  static void followPlain(MeshNode node, PlainListener listener) {
    node.plain()
        .ifPresent(
            plain ->
                node.link()
                    .eventLoop()
                    .execute(
                        () -> {
                          plain.people().forEach(p -> listener.onEvent(new PlainEvent.Here(p)));
                          plain.addListener(listener);
                        }));
  }

  /** Returns what peers' measurements have sent here; nothing unless they may. */
  PerfLog perfLog() {
    return perfLog;
  }

  /** Returns what carries unmodified programs. */
  Streams streams() {
    return streams;
  }

  /** Returns the two colours of this node's person. */
  String colours() {
    return config.colours();
  }

  /** Returns what sends and receives files. */
  FileTransfers files() {
    return files;
  }

  @Override
  public String name() {
    return config.name();
  }

  @Override
  public Path home() {
    return config.home();
  }

  @Override
  public MeshAddress address() {
    return link.localAddress();
  }

  @Override
  public MeshLink link() {
    return link;
  }

  @Override
  public MeshTcp tcp() {
    return tcp;
  }

  @Override
  public Roster roster() {
    return roster;
  }

  @Override
  public Optional<PlainPeople> plain() {
    return Optional.ofNullable(plain);
  }

  @Override
  public Invitations invitations() {
    return invitations;
  }

  @Override
  public CompletionStage<Void> stop() {
    if (!closed.getAndSet(true)) {
      // Not a daemon: the goodbye is said though the program's own threads have ended.
      new Thread(this::closeLayers, "limpet-stop").start();
    }
    return stopped.minimalCompletionStage();
  }

  @Override
  public void close() {
    if (link.eventLoop().inEventLoop()) {
      stop();
    } else if (!closed.getAndSet(true)) {
      closeLayers();
    } else {
      stopped.join();
    }
  }

  private void closeLayers() {
    try {
      // Withdrawing from mDNS takes seconds: the goodbye that peers believe must not wait for it.
      List<Thread> withdrawing = new ArrayList<>();
      withdrawing.add(closing(roster, "limpet-presence-close"));
      if (plain != null) {
        withdrawing.add(closing(plain, "limpet-plain-close"));
      }
      while (!layers.isEmpty()) {
        AutoCloseable layer = layers.pop();
        if (layer != roster && layer != plain) {
          close(layer);
        }
      }
      for (Thread thread : withdrawing) {
        thread.join(PRESENCE_CLOSE_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      stopped.complete(null);
    }
  }

  private static Thread closing(AutoCloseable layer, String name) {
    Thread thread = new Thread(() -> close(layer), name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void close(AutoCloseable layer) {
    try {
      layer.close();
    } catch (Exception e) {
      // One layer's trouble must not keep the others up.
      LOG.warn("while stopping", e);
    }
  }
}
