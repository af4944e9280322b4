package io.limpet.tcp.internal.netty;

import io.limpet.tcp.CloseReason;
import io.limpet.tcp.ConnectionListener;
import io.limpet.tcp.ConnectionListener.Change;
import io.limpet.tcp.internal.engine.TcpConnection;
import io.limpet.tcp.internal.engine.TcpEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Tells listeners what becomes of connections. Listeners may come and go from any thread. */
final class ConnectionObservers {
  private final List<ConnectionListener> listeners = new CopyOnWriteArrayList<>();

  void add(ConnectionListener listener) {
    listeners.add(listener);
  }

  void remove(ConnectionListener listener) {
    listeners.remove(listener);
  }

  void onEvent(TcpConnection connection, TcpEvent event) {
    if (listeners.isEmpty()) {
      return;
    }
    if (event instanceof TcpEvent.Connected) {
      tell(Change.OPENED, connection, null);
    } else if (event instanceof TcpEvent.PeerSuspect) {
      tell(Change.SUSPECT, connection, null);
    } else if (event instanceof TcpEvent.PeerResumed) {
      tell(Change.RESUMED, connection, null);
    } else if (event instanceof TcpEvent.Closed closed) {
      tell(Change.CLOSED, connection, closed.reason());
    }
  }

  private void tell(Change change, TcpConnection connection, @Nullable CloseReason reason) {
    for (ConnectionListener listener : listeners) {
      listener.onChange(
          change, connection.peer(), connection.localPort(), connection.remotePort(), reason);
    }
  }
}
