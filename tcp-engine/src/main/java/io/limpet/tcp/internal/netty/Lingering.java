package io.limpet.tcp.internal.netty;

import io.limpet.tcp.CloseReason;
import io.limpet.tcp.TcpState;
import io.limpet.tcp.internal.engine.TcpConnection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Connections that were closed, and have a limited time to bring their data home ({@code
 * SO_LINGER}). Confined to the link's event loop.
 */
final class Lingering {

  private final TcpDriver driver;
  private final Map<TcpConnection, Consumer<CloseReason>> waiting = new LinkedHashMap<>();

  Lingering(TcpDriver driver) {
    this.driver = driver;
  }

  /** Gives a closed connection so many seconds, and says when it needs no more. */
  void add(TcpConnection connection, int seconds, Consumer<CloseReason> onDone) {
    if (driver.isClosed() || isDelivered(connection)) {
      onDone.accept(new CloseReason.Graceful());
      return;
    }
    waiting.put(connection, onDone);
    driver.eventLoop().schedule(() -> giveUp(connection), seconds, TimeUnit.SECONDS);
  }

  private void giveUp(TcpConnection connection) {
    Consumer<CloseReason> onDone = waiting.remove(connection);
    if (onDone != null) {
      driver.commands().abort(connection);
      onDone.accept(new CloseReason.LocalAbort());
    }
  }

  /** Something was acknowledged, perhaps. */
  void check() {
    if (waiting.isEmpty()) {
      return;
    }
    for (TcpConnection connection : List.copyOf(waiting.keySet())) {
      if (isDelivered(connection)) {
        Consumer<CloseReason> onDone = waiting.remove(connection);
        if (onDone != null) {
          onDone.accept(new CloseReason.Graceful());
        }
      }
    }
  }

  private static boolean isDelivered(TcpConnection connection) {
    TcpState state = connection.state();
    return state == TcpState.FIN_WAIT_2 || state == TcpState.TIME_WAIT || state == TcpState.CLOSED;
  }
}
