package io.limpet.tcp.internal.jfr;

import io.limpet.tcp.internal.engine.TcpConnection;
import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A connection is established. */
@Name("limpet.ConnectionOpened")
@Label("Connection Opened")
@Category({"Limpet", "TCP"})
@StackTrace(false)
final class ConnectionOpened extends Event {
  @Label("Peer")
  String peer = "";

  @Label("Local Port")
  int localPort;

  @Label("Remote Port")
  int remotePort;

  static void commit(TcpConnection connection) {
    ConnectionOpened event = new ConnectionOpened();
    if (event.shouldCommit()) {
      event.peer = connection.peer().toString();
      event.localPort = connection.localPort();
      event.remotePort = connection.remotePort();
      event.commit();
    }
  }
}
