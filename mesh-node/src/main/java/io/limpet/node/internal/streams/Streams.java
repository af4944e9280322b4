package io.limpet.node.internal.streams;

import io.limpet.link.MeshAddress;
import io.limpet.node.internal.streams.OpeningView.Way;
import io.limpet.presence.Person;
import io.limpet.presence.Roster;
import io.limpet.presence.UnknownPersonException;
import io.limpet.tcp.MeshTcp;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What carries unmodified programs over the mesh: exposed, forwarded, and by SOCKS5. Safe for any
 * thread; nothing runs, and nothing is reachable, while nothing is open.
 *
 * <p>Local sockets and their mesh connections live together on one loop of their own, apart from
 * the link's.
 */
public final class Streams implements AutoCloseable {
  /** As many may be open: each holds a connection of the control socket. */
  private static final int MAX_OPENINGS = 32;

  private static final long CLOSE_S = 2;

  private final MeshAddress self;
  private final MeshTcp tcp;
  private final Roster roster;
  private final Budget budget = new Budget();
  private final List<StreamListener> listeners = new CopyOnWriteArrayList<>();
  private final Map<Integer, Opening> openings = new ConcurrentSkipListMap<>();
  private @Nullable EventLoop loop;
  private @Nullable Exposures exposures;
  private int lastNumber;
  private boolean closed;

  /** Streams of this node's person; none yet. */
  public Streams(MeshAddress self, MeshTcp tcp, Roster roster) {
    this.self = self;
    this.tcp = tcp;
    this.roster = roster;
  }

  /** Adds a listener to everything from now on. */
  public void addListener(StreamListener listener) {
    listeners.add(listener);
  }

  /**
   * Lets peers reach a program of this machine at a mesh port, and by a name if there is one.
   *
   * @param port 1 to 65535
   * @param name of 1 to 15 small letters, digits and hyphens, or null
   * @param target {@code [ADDRESS:]PORT}, where the program takes connections
   * @param each hears of each stream
   * @return the opening; fails with a {@link BadEndpointException} or an {@link
   *     java.io.IOException}
   */
  public CompletionStage<Open> expose(
      int port,
      @Nullable String name,
      String target,
      boolean beyondLoopback,
      WhoMay allowed,
      Consumer<StreamEvent> each) {
    return begin(
        (loop, number) -> {
          if (name != null && (!StreamProtocol.isService(name) || StreamProtocol.isNumber(name))) {
            throw new BadEndpointException(
                "a service is called by 1 to 15 small letters, digits and single hyphens, not '"
                    + name
                    + "'");
          }
          List<java.net.InetSocketAddress> to = Endpoint.parse(target, 1, beyondLoopback);
          String shown =
              to.size() == 1 ? Endpoint.text(to.get(0)) : "localhost:" + to.get(0).getPort();
          Opening opening =
              new Opening(
                  loop,
                  Way.EXPOSE,
                  number,
                  name == null ? Integer.toString(port) : port + " " + name,
                  shown,
                  allowed,
                  each);
          return exposures(loop)
              .add(new Exposures.Exposed(opening, Integer.toString(port), name, to, allowed))
              .thenApply(bound -> opening);
        });
  }

  /**
   * Listens on this machine, and takes each connection to what a peer exposes.
   *
   * @param at {@code [ADDRESS:]PORT}, port 0 for any that is free
   * @param service the peer's port or name
   */
  public CompletionStage<Open> forward(
      String at, boolean beyondLoopback, Person peer, String service, Consumer<StreamEvent> each) {
    return begin(
        (loop, number) -> {
          if (!StreamProtocol.isService(service)) {
            throw new BadEndpointException(
                "a service is a port, 1 to 65535, or a name, not '" + service + "'");
          }
          return LocalListener.bind(
              loop,
              Endpoint.parse(at, 0, beyondLoopback).get(0),
              bound ->
                  new Opening(
                      loop, Way.FORWARD, number, bound, peer.name() + ":" + service, null, each),
              opening ->
                  new ForwardHandler(
                      new Outbound(this::tell, new Dial(tcp), budget, opening),
                      peer.address(),
                      peer.name(),
                      service));
        });
  }

  /** Listens on this machine for SOCKS5, and takes each connection to the peer that it names. */
  public CompletionStage<Open> socks(
      String at, boolean beyondLoopback, Consumer<StreamEvent> each) {
    return begin(
        (loop, number) ->
            LocalListener.bind(
                loop,
                Endpoint.parse(at, 0, beyondLoopback).get(0),
                bound -> new Opening(loop, Way.SOCKS, number, bound, null, null, each),
                opening ->
                    new SocksHandler(
                        new Outbound(this::tell, new Dial(tcp), budget, opening),
                        new MeshNames(roster))));
  }

  /** Returns what is open, by number. */
  public CompletionStage<List<OpeningView>> list() {
    EventLoop running = runningLoop();
    return running == null
        ? CompletableFuture.completedFuture(List.of())
        : CompletableFuture.supplyAsync(
            () -> openings.values().stream().map(Opening::view).toList(), running);
  }

  /** Ends an opening and all its streams; false if there is none of that number. */
  public boolean end(int number) {
    Opening opening = openings.get(number);
    EventLoop running = runningLoop();
    if (opening == null || running == null) {
      return false;
    }
    running.execute(opening::end);
    return true;
  }

  /** Something that was opened. Closing it ends its streams. Safe for any thread. */
  public final class Open implements AutoCloseable {
    private final Opening opening;
    private final OpeningView view;

    private Open(Opening opening) {
      this.opening = opening;
      this.view = opening.view();
    }

    /** Returns what it was when it was opened. */
    public OpeningView view() {
      return view;
    }

    /** Says whether it is over. */
    public boolean isOver() {
      return opening.isOver();
    }

    /** Returns what is done when it is over. */
    public CompletionStage<Void> ended() {
      return opening.ended();
    }

    @Override
    public void close() {
      end(opening.number());
    }
  }

  @FunctionalInterface
  private interface Beginning {
    CompletionStage<Opening> begin(EventLoop loop, int number) throws BadEndpointException;
  }

  private synchronized CompletionStage<Open> begin(Beginning beginning) {
    if (closed || openings.size() >= MAX_OPENINGS) {
      return CompletableFuture.failedFuture(
          new java.io.IOException(
              closed ? "the node stops" : "no more than " + MAX_OPENINGS + " may be open"));
    }
    EventLoop running = loop();
    int number = ++lastNumber;
    return CompletableFuture.supplyAsync(
            () -> {
              try {
                return beginning.begin(running, number);
              } catch (BadEndpointException e) {
                return CompletableFuture.<Opening>failedFuture(e);
              }
            },
            running)
        .thenCompose(opening -> opening)
        .thenApplyAsync(this::begun, running);
  }

  private Open begun(Opening opening) {
    openings.put(opening.number(), opening);
    Open open = new Open(opening);
    listeners.forEach(l -> l.onOpening(open.view(), false));
    opening
        .ended()
        .thenRun(
            () -> {
              openings.remove(opening.number());
              listeners.forEach(l -> l.onOpening(opening.view(), true));
            });
    return open;
  }

  private void tell(StreamEvent event) {
    listeners.forEach(l -> l.onStream(event));
  }

  private Exposures exposures(EventLoop running) {
    Exposures there = exposures;
    if (there == null) {
      there = new Exposures(running, self, tcp, roster, budget, this::tell);
      exposures = there;
    }
    return there;
  }

  private synchronized EventLoop loop() {
    EventLoop running = loop;
    if (running == null) {
      running =
          new MultiThreadIoEventLoopGroup(
                  1, new DefaultThreadFactory("limpet-streams", true), NioIoHandler.newFactory())
              .next();
      loop = running;
    }
    return running;
  }

  private synchronized @Nullable EventLoop runningLoop() {
    return loop;
  }

  /** Ends everything that is open. */
  @Override
  public void close() {
    EventLoop running;
    synchronized (this) {
      closed = true;
      running = loop;
    }
    if (running != null) {
      running.execute(() -> List.copyOf(openings.values()).forEach(Opening::end));
      running
          .shutdownGracefully(0, CLOSE_S, TimeUnit.SECONDS)
          .awaitUninterruptibly(CLOSE_S, TimeUnit.SECONDS);
    }
  }

  /** Finds whom a SOCKS client means. */
  static final class MeshNames {
    private final Roster roster;

    MeshNames(Roster roster) {
      this.roster = roster;
    }

    Person find(String nameOrAddress) throws StreamRefusedException {
      try {
        return roster.find(nameOrAddress);
      } catch (UnknownPersonException e) {
        throw new StreamRefusedException(Refusal.UNKNOWN_PERSON, String.valueOf(e.getMessage()));
      }
    }
  }
}
