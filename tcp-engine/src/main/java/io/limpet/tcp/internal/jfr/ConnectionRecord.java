package io.limpet.tcp.internal.jfr;

import io.limpet.tcp.internal.engine.TcpConnection;
import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.StackTrace;

/** What is recorded of one connection. */
@Category({"Limpet", "TCP"})
@StackTrace(false)
abstract class ConnectionRecord extends Event {
  @Label("Peer")
  String peer = "";

  @Label("Local Port")
  int localPort;

  @Label("Remote Port")
  int remotePort;

  /** Says which connection it is. */
  final void about(TcpConnection connection) {
    peer = connection.peer().toString();
    localPort = connection.localPort();
    remotePort = connection.remotePort();
  }
}
