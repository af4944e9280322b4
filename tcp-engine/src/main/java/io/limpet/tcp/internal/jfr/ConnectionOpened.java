package io.limpet.tcp.internal.jfr;

import io.limpet.tcp.internal.engine.TcpConnection;
import jdk.jfr.Label;
import jdk.jfr.Name;

/** A connection is established. */
@Name("limpet.ConnectionOpened")
@Label("Connection Opened")
final class ConnectionOpened extends ConnectionRecord {
  static void commit(TcpConnection connection) {
    ConnectionOpened event = new ConnectionOpened();
    if (event.shouldCommit()) {
      event.about(connection);
      event.commit();
    }
  }
}
