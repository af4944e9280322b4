package io.limpet.tcp.internal.engine;

import io.limpet.tcp.CloseReason;
import io.limpet.tcp.TcpConfig;
import io.limpet.tcp.internal.wire.ResetReason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A port that is listened at, and the requests that wait for its application. */
final class Listener implements TcpListener {
  private final Endpoint endpoint;
  private final int port;
  private final int backlog;
  private final boolean newestWins;
  private final TcpConfig config;
  private final Set<Connection> waiting = new LinkedHashSet<>();
  private final ArrayDeque<Connection> fresh = new ArrayDeque<>();
  private @Nullable Object attachment;
  boolean queuedForAttention;

  Listener(Endpoint endpoint, int port, int backlog, boolean newestWins, TcpConfig config) {
    this.endpoint = endpoint;
    this.port = port;
    this.backlog = backlog;
    this.newestWins = newestWins;
    this.config = config;
  }

  @Override
  public int port() {
    return port;
  }

  TcpConfig config() {
    return config;
  }

  boolean newestWins() {
    return newestWins;
  }

  /** Says whether one more request may wait, in the place of another or beside it. */
  boolean hasRoom(@Nullable Connection inPlaceOf) {
    return waiting.size() < backlog || (inPlaceOf != null && waiting.contains(inPlaceOf));
  }

  void add(Connection request) {
    waiting.add(request);
    fresh.add(request);
  }

  /** The request was taken, refused or withdrawn. */
  void resolved(Connection request) {
    waiting.remove(request);
    fresh.remove(request);
  }

  boolean hasRequests() {
    return !fresh.isEmpty();
  }

  @Override
  public @Nullable TcpConnection pollRequest() {
    Connection request = fresh.poll();
    if (request != null) {
      request.handedOut = true;
    }
    return request;
  }

  @Override
  public int pending() {
    return fresh.size();
  }

  @Override
  public void close(long nowNs) {
    for (Connection request : new ArrayList<>(waiting)) {
      request.reset(nowNs, ResetReason.PORT_CLOSED, new CloseReason.LocalAbort());
    }
    endpoint.removeListener(this);
  }

  @Override
  public void setAttachment(@Nullable Object attachment) {
    this.attachment = attachment;
  }

  @Override
  public @Nullable Object attachment() {
    return attachment;
  }
}
