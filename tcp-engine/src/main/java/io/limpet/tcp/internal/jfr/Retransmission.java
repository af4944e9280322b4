package io.limpet.tcp.internal.jfr;

import io.limpet.tcp.internal.engine.Resend;
import io.limpet.tcp.internal.engine.TcpConnection;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Unsigned;

/** A segment went out once more. */
@Name("limpet.Retransmission")
@Label("Retransmission")
@Category({"Limpet", "TCP"})
@StackTrace(false)
final class Retransmission extends Event {
  @Label("Peer")
  String peer = "";

  @Label("Local Port")
  int localPort;

  @Label("Remote Port")
  int remotePort;

  @Label("Sequence Number")
  @Unsigned int sequence;

  @Label("Data")
  @DataAmount
  int bytes;

  @Label("Why")
  String why = "";

  static void commit(TcpConnection connection, int sequence, int bytes, Resend why) {
    Retransmission event = new Retransmission();
    if (event.shouldCommit()) {
      event.peer = connection.peer().toString();
      event.localPort = connection.localPort();
      event.remotePort = connection.remotePort();
      event.sequence = sequence;
      event.bytes = bytes;
      event.why = why.name();
      event.commit();
    }
  }
}
