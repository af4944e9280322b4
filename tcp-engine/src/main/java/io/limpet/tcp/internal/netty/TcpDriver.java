package io.limpet.tcp.internal.netty;

import io.limpet.link.LinkEvent;
import io.limpet.link.LinkListener;
import io.limpet.link.MeshAddress;
import io.limpet.link.MeshDatagrams;
import io.limpet.link.Protocol;
import io.limpet.tcp.TcpInfo;
import io.limpet.tcp.TraceOptions;
import io.limpet.tcp.internal.engine.TcpConnection;
import io.limpet.tcp.internal.engine.TcpEndpoint;
import io.limpet.tcp.internal.engine.TcpEvent;
import io.limpet.tcp.internal.engine.TcpListener;
import io.limpet.tcp.internal.jfr.FlightRecords;
import io.limpet.tcp.internal.trace.TraceRecorder;
import io.limpet.tcp.internal.trace.Traces;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.AbstractScheduledEventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import io.netty.util.concurrent.Ticker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NotYetConnectedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives the engine on the link's event loop: gives it datagrams and time, lets channels hear its
 * events, and sends what it has to send.
 *
 * <p>All of it happens in <i>turns</i>: one per batch of datagrams, per deadline, and per burst of
 * application writes. A turn hands out events, transmits, and flushes the link once. Application
 * code runs inside of turns and may call anything; a turn never starts another.
 */
final class TcpDriver implements MeshDatagrams.Receiver, LinkListener {

  private static final Logger log = LoggerFactory.getLogger(TcpDriver.class);

  private final ConnectionObservers observers = new ConnectionObservers();
  private final MeshDatagrams link;
  private final EventLoop loop;
  private final Ticker ticker;
  private final TcpEndpoint endpoint;
  private final Traces traces;
  private final SegmentOutput output;
  private final MaxSegments maxSegments;
  private final ConnectionCommands commands = new ConnectionCommands(this);
  private final Lingering lingering = new Lingering(this);
  private final ListeningPorts ports = new ListeningPorts(this);
  private final Runnable turnTask = this::runTurnTask;
  private final Runnable timerTask = this::onTimer;

  private boolean inTurn;
  private boolean turnScheduled;
  private volatile boolean closed;
  private long lastNowNs;
  private @Nullable ScheduledFuture<?> timer;
  private long timerNs;

  TcpDriver(MeshDatagrams link, TcpEndpoint endpoint) {
    this.link = link;
    this.loop = link.eventLoop();
    this.ticker = tickerOf(loop);
    this.endpoint = endpoint;
    this.traces = new Traces(link.localAddress());
    this.output = new SegmentOutput(link, traces, this::onLoopback);
    this.maxSegments = new MaxSegments(link, endpoint);
    this.lastNowNs = ticker.nanoTime();
  }

  /** Time is the event loop's, so that a loop in virtual time takes the engine along. */
  static Ticker tickerOf(EventLoop loop) {
    return loop instanceof AbstractScheduledEventExecutor executor
        ? executor.ticker()
        : Ticker.systemTicker();
  }

  void start() {
    execute(
        () -> {
          link.setReceiver(Protocol.TCP, this);
          link.addListener(this);
        });
  }

  EventLoop eventLoop() {
    return loop;
  }

  MeshAddress localAddress() {
    return link.localAddress();
  }

  TcpEndpoint endpoint() {
    return endpoint;
  }

  ConnectionCommands commands() {
    return commands;
  }

  Lingering lingering() {
    return lingering;
  }

  ListeningPorts ports() {
    return ports;
  }

  /** Any thread. */
  boolean isClosed() {
    return closed;
  }

  /** Returns the time on the loop's ticker; it never goes back. */
  long nowNs() {
    return advanceTo(ticker.nanoTime());
  }

  private long advanceTo(long candidateNs) {
    if (candidateNs - lastNowNs > 0) {
      lastNowNs = candidateNs;
    }
    return lastNowNs;
  }

  /** Runs something on the event loop, at once when already there. */
  void execute(Runnable task) {
    if (loop.inEventLoop()) {
      task.run();
    } else {
      loop.execute(task);
    }
  }

  /** Returns the statistics of a connection, which is asked for on the event loop. Any thread. */
  CompletionStage<TcpInfo> infoOf(Supplier<@Nullable TcpConnection> source) {
    CompletableFuture<TcpInfo> answer = new CompletableFuture<>();
    Runnable ask =
        () -> {
          TcpConnection connection = source.get();
          if (connection == null) {
            answer.completeExceptionally(new NotYetConnectedException());
          } else {
            answer.complete(connection.info(nowNs()));
          }
        };
    try {
      execute(ask);
    } catch (RejectedExecutionException e) {
      answer.completeExceptionally(e);
    }
    return answer;
  }

  /** Begins to write segments down. Any thread; blocks to make the file. */
  TraceRecorder trace(Path file, TraceOptions options) throws IOException {
    TraceRecorder trace = Traces.open(file, options, () -> !loop.isTerminated(), ticker.nanoTime());
    try {
      execute(
          () -> {
            traces.add(trace);
            if (closed) {
              traces.close();
            }
          });
    } catch (RejectedExecutionException e) {
      trace.close();
    }
    return trace;
  }

  /** Lets the engine know the size of segments before it speaks to a peer. */
  void beforeConnect(MeshAddress peer) {
    maxSegments.note(nowNs(), peer);
  }

  /** A command was given to the engine: a turn will follow, one for all commands of this moment. */
  void requestTurn() {
    if (!inTurn && !turnScheduled && !closed) {
      turnScheduled = true;
      loop.execute(turnTask);
    }
  }

  /** Sends what may be sent, before a command that would drop it. */
  void transmitNow() {
    if (!closed) {
      output.transmit(endpoint, nowNs());
    }
  }

  private void runTurnTask() {
    turnScheduled = false;
    turn();
  }

  @Override
  public void onDatagram(MeshAddress from, ByteBuf payload, long ingressNs) {
    if (inTurn) {
      // A link that delivers from inside of send(): the engine is not to be entered twice.
      ByteBuf kept = payload.retain();
      loop.execute(
          () -> {
            try {
              onDatagram(from, kept, ingressNs);
            } finally {
              kept.release();
            }
            requestTurn();
          });
      return;
    }
    ports.beforeInput();
    // When it was read, not when it is processed: queueing here must not look like a slow path.
    long nowNs = advanceTo(ingressNs);
    maxSegments.note(nowNs, from);
    ByteBuffer segment = payload.nioBuffer();
    traces.received(nowNs, from, segment);
    endpoint.onSegment(nowNs, from, segment);
  }

  @Override
  public void onBatchComplete() {
    if (inTurn) {
      return;
    }
    turn();
  }

  /** Segments of this node to itself; the link has no part in them. */
  private void onLoopback() {
    loop.execute(
        () -> {
          if (!closed) {
            output.drainLoopback(
                segment -> endpoint.onSegment(nowNs(), link.localAddress(), segment));
            turn();
          }
        });
  }

  @Override
  public void onEvent(LinkEvent event) {
    if (!(event instanceof LinkEvent.PeerEvent peerEvent)) {
      return;
    }
    if (inTurn) {
      loop.execute(() -> onEvent(event));
      return;
    }
    MeshAddress peer = peerEvent.peer();
    if (event instanceof LinkEvent.PeerRestarted) {
      endpoint.onPeerRestarted(nowNs(), peer);
    } else if (event instanceof LinkEvent.PeerReachable) {
      endpoint.onPeerReachable(nowNs(), peer);
      output.resume();
    } else if (event instanceof LinkEvent.PathChanged
        || event instanceof LinkEvent.PathMtuChanged) {
      maxSegments.refresh(nowNs(), peer);
    } else {
      return;
    }
    requestTurn();
  }

  private void onTimer() {
    timer = null;
    if (closed) {
      return;
    }
    long nowNs = nowNs();
    // The deadline may have moved on since this was scheduled: then there is only to wait again.
    if (isDue(endpoint.nextDeadlineNs(), nowNs) || output.isRetryDue(nowNs)) {
      endpoint.onTimeout(nowNs);
      turn();
    } else {
      arm(nowNs);
    }
  }

  private static boolean isDue(long deadlineNs, long nowNs) {
    return deadlineNs != Long.MAX_VALUE && deadlineNs - nowNs <= 0;
  }

  private void turn() {
    if (closed || inTurn) {
      return;
    }
    inTurn = true;
    try {
      do {
        handOutEvents();
        output.transmit(endpoint, nowNs());
        failUnknownPeers();
        output.takeShrunkenPeers().forEach(peer -> maxSegments.refresh(nowNs(), peer));
      } while (handOutEvents());
    } finally {
      inTurn = false;
    }
    output.flush();
    lingering.check();
    arm(nowNs());
  }

  ConnectionObservers observers() {
    return observers;
  }

  private boolean handOutEvents() {
    boolean any = false;
    Object ready = endpoint.pollReady();
    while (ready != null) {
      any = true;
      if (ready instanceof TcpConnection connection) {
        tellOwner(connection);
      } else if (ready instanceof TcpListener listener
          && listener.attachment() instanceof MeshServerSocketChannel server) {
        server.onRequests();
      }
      ready = endpoint.pollReady();
    }
    return any;
  }

  /** Hands out the events of one connection, as long as somebody has it. */
  void tellOwner(TcpConnection connection) {
    while (connection.attachment() != ConnectionOwner.NOBODY_YET) {
      TcpEvent event = connection.pollEvent();
      if (event == null) {
        return;
      }
      FlightRecords.onEvent(connection, event, nowNs());
      observers.onEvent(connection, event);
      if (connection.attachment() instanceof ConnectionOwner owner) {
        try {
          owner.onEvent(event);
        } catch (RuntimeException e) {
          // One connection's fault must not stop the others'.
          log.error("{} failed at {}", owner, event, e);
          owner.onFault(e);
        }
      }
    }
  }

  private void failUnknownPeers() {
    for (MeshAddress peer : output.takeUnknownPeers()) {
      List<TcpConnection> connections = new ArrayList<>(endpoint.connections());
      for (TcpConnection connection : connections) {
        if (connection.peer().equals(peer)
            && connection.attachment() instanceof ConnectionOwner owner) {
          owner.onUnknownPeer();
        }
      }
    }
  }

  /** Keeps one timer, which is never later than the next deadline, but often earlier. */
  private void arm(long nowNs) {
    if (closed) {
      return;
    }
    long deadlineNs = output.notBefore(endpoint.nextDeadlineNs());
    if (deadlineNs == Long.MAX_VALUE) {
      return;
    }
    ScheduledFuture<?> current = timer;
    if (current != null) {
      if (deadlineNs - timerNs >= 0) {
        return;
      }
      current.cancel(false);
    }
    timerNs = deadlineNs;
    timer = loop.schedule(timerTask, Math.max(0, deadlineNs - nowNs), TimeUnit.NANOSECONDS);
  }

  /** Aborts all connections and lets go of the link. */
  void close() {
    if (closed) {
      return;
    }
    if (inTurn) {
      // Called by a handler: what the turn has begun is finished first.
      loop.execute(this::close);
      return;
    }
    link.removeListener(this);
    link.setReceiver(Protocol.TCP, (from, payload, ingressNs) -> {});
    ports.closeAll();
    endpoint.close(nowNs());
    turn();
    closed = true;
    lingering.check();
    ScheduledFuture<?> current = timer;
    if (current != null) {
      current.cancel(false);
      timer = null;
    }
    output.close();
    traces.close();
  }
}
