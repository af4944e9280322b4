package io.limpet.tcp.internal.netty;

import io.limpet.link.MeshAddress;
import io.limpet.tcp.TcpConfig;
import io.limpet.tcp.TcpState;
import io.limpet.tcp.internal.engine.TcpConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;

/** What every channel asks of the engine, near or far. Confined to the link's event loop. */
final class ConnectionCommands {

  private final TcpDriver driver;

  ConnectionCommands(TcpDriver driver) {
    this.driver = driver;
  }

  TcpConnection open(
      ConnectionOwner owner, MeshAddress peer, int remotePort, int localPort, TcpConfig options)
      throws IOException {
    if (driver.isClosed()) {
      throw new ClosedChannelException();
    }
    driver.beforeConnect(peer);
    TcpConnection connection =
        driver.endpoint().connect(driver.nowNs(), peer, remotePort, localPort, options);
    connection.setAttachment(owner);
    driver.requestTurn();
    return connection;
  }

  /** Makes somebody the owner of a connection, who hears at once of what happened before. */
  void own(TcpConnection connection, ConnectionOwner owner) {
    connection.setAttachment(owner);
    driver.eventLoop().execute(() -> driver.tellOwner(connection));
  }

  void accept(TcpConnection connection) {
    connection.accept(driver.nowNs());
    driver.requestTurn();
  }

  void apply(TcpConnection connection, TcpOptions options) {
    long nowNs = driver.nowNs();
    connection.setNoDelay(nowNs, options.noDelay());
    KeepAliveOptions keepAlive = options.keepAlive();
    connection.setKeepAliveProbes(keepAlive.intervalNs(), keepAlive.count());
    connection.setKeepAliveNs(nowNs, keepAlive.idleNs());
    connection.setUserTimeoutNs(nowNs, options.userTimeoutNs());
    driver.requestTurn();
  }

  void markUrgent(TcpConnection connection) {
    if (connection.state() != TcpState.CLOSED) {
      connection.markUrgent(driver.nowNs());
      driver.requestTurn();
    }
  }

  void shutdownOutput(TcpConnection connection) {
    connection.shutdownOutput(driver.nowNs());
    driver.requestTurn();
  }

  /** Closes in order: what was written is delivered. */
  void close(TcpConnection connection) {
    connection.setAttachment(null);
    connection.close(driver.nowNs());
    driver.requestTurn();
  }

  void abort(TcpConnection connection) {
    connection.setAttachment(null);
    TcpState state = connection.state();
    if (state != TcpState.SYN_SENT && state != TcpState.CLOSED) {
      // What was written before goes out first, as far as the peer's window allows.
      driver.transmitNow();
    }
    drop(connection);
  }

  /** Aborts, and loses what was written. */
  void drop(TcpConnection connection) {
    connection.setAttachment(null);
    connection.abort(driver.nowNs());
    driver.requestTurn();
  }

  /** Nobody will read what came, but the peer must not be blocked for ever. */
  void discardInput(TcpConnection connection) {
    ByteBuffer sink = ByteBuffer.allocate(4096);
    while (connection.read(driver.nowNs(), sink) > 0) {
      sink.clear();
    }
    driver.requestTurn();
  }

  /** Says whether there is no connection yet that the other side has agreed to. */
  static boolean isBeforeHandshake(TcpConnection connection) {
    TcpState state = connection.state();
    return state == TcpState.SYN_SENT || state == TcpState.SYN_RECEIVED;
  }
}
