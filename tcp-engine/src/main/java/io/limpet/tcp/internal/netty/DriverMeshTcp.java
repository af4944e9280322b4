package io.limpet.tcp.internal.netty;

import io.limpet.link.MeshAddress;
import io.limpet.link.MeshDatagrams;
import io.limpet.tcp.ConnectionListener;
import io.limpet.tcp.MeshTcp;
import io.limpet.tcp.TcpConfig;
import io.limpet.tcp.TcpInfo;
import io.limpet.tcp.TcpTotals;
import io.limpet.tcp.TcpTrace;
import io.limpet.tcp.TraceOptions;
import io.limpet.tcp.internal.engine.TcpConnection;
import io.limpet.tcp.internal.engine.TcpEndpoint;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** The engine, its driver, and the factories of its channels. Any thread. */
public final class DriverMeshTcp implements MeshTcp {

  private static final int MOST_TRACES = 8;
  private static final long TRACE_END_MS = 1000;

  private final TcpDriver driver;
  private final TcpConfig defaults;
  private final Set<TcpTrace> traces = ConcurrentHashMap.newKeySet();

  /** Puts an engine on a link. */
  public DriverMeshTcp(MeshDatagrams link, TcpEndpoint endpoint, TcpConfig defaults) {
    this.driver = new TcpDriver(link, endpoint);
    this.defaults = defaults;
    driver.start();
  }

  @Override
  public EventLoop eventLoop() {
    return driver.eventLoop();
  }

  @Override
  public ChannelFactory<? extends SocketChannel> clientChannels() {
    return () -> new MeshSocketChannel(driver, new TcpOptions(defaults));
  }

  @Override
  public ChannelFactory<? extends ServerSocketChannel> serverChannels() {
    return () -> new MeshServerSocketChannel(driver, new TcpOptions(defaults));
  }

  @Override
  public CompletionStage<List<TcpInfo>> connections() {
    return connectionsWhere(connection -> true);
  }

  @Override
  public CompletionStage<List<TcpInfo>> connections(MeshAddress peer) {
    return connectionsWhere(connection -> connection.peer().equals(peer));
  }

  private CompletionStage<List<TcpInfo>> connectionsWhere(Predicate<TcpConnection> wanted) {
    CompletableFuture<List<TcpInfo>> answer = new CompletableFuture<>();
    driver.execute(
        () -> {
          long nowNs = driver.nowNs();
          List<TcpInfo> infos = new ArrayList<>();
          for (TcpConnection connection : driver.endpoint().connections()) {
            if (wanted.test(connection)) {
              infos.add(connection.info(nowNs));
            }
          }
          answer.complete(List.copyOf(infos));
        });
    return answer;
  }

  @Override
  public CompletionStage<TcpTotals> totals() {
    CompletableFuture<TcpTotals> answer = new CompletableFuture<>();
    driver.execute(() -> answer.complete(driver.endpoint().totals(driver.nowNs())));
    return answer;
  }

  @Override
  public void addListener(ConnectionListener listener) {
    driver.observers().add(listener);
  }

  @Override
  public void removeListener(ConnectionListener listener) {
    driver.observers().remove(listener);
  }

  @Override
  public synchronized TcpTrace traceTo(Path file, TraceOptions options) throws IOException {
    traces.removeIf(trace -> trace.ended().toCompletableFuture().isDone());
    if (traces.size() >= MOST_TRACES) {
      throw new IllegalStateException(MOST_TRACES + " traces are being written already");
    }
    TcpTrace trace = driver.trace(file, options);
    traces.add(trace);
    return trace;
  }

  @Override
  public void close() {
    if (driver.eventLoop().inEventLoop()) {
      driver.close();
      return;
    }
    try {
      driver.eventLoop().submit(driver::close).syncUninterruptibly();
    } catch (RejectedExecutionException e) {
      // The event loop has ended, and with it everything that ran on it.
    }
    traces.forEach(DriverMeshTcp::awaitEnd);
  }

  /** The process may be about to end, and the writers with it. */
  private static void awaitEnd(TcpTrace trace) {
    trace.close();
    try {
      trace.ended().toCompletableFuture().get(TRACE_END_MS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // Whoever began it is told.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
