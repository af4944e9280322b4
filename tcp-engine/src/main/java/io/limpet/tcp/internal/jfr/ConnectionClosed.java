package io.limpet.tcp.internal.jfr;

import io.limpet.tcp.CloseReason;
import io.limpet.tcp.TcpInfo;
import io.limpet.tcp.internal.engine.TcpConnection;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** A connection is over, or was never established. */
@Name("limpet.ConnectionClosed")
@Label("Connection Closed")
@Category({"Limpet", "TCP"})
@StackTrace(false)
final class ConnectionClosed extends Event {
  @Label("Peer")
  String peer = "";

  @Label("Local Port")
  int localPort;

  @Label("Remote Port")
  int remotePort;

  @Label("Reason")
  String reason = "";

  @Label("Smoothed Round-Trip Time")
  @Timespan(Timespan.NANOSECONDS)
  long roundTrip;

  @Label("Acknowledged")
  @DataAmount
  long bytesAcked;

  @Label("Received")
  @DataAmount
  long bytesReceived;

  @Label("Segments Sent")
  long segmentsSent;

  @Label("Segments Retransmitted")
  long segmentsRetransmitted;

  static void commit(TcpConnection connection, CloseReason reason, long nowNs) {
    ConnectionClosed event = new ConnectionClosed();
    if (event.shouldCommit()) {
      TcpInfo info = connection.info(nowNs);
      event.peer = info.peer().toString();
      event.localPort = info.localPort();
      event.remotePort = info.remotePort();
      event.reason = reason.describe();
      event.roundTrip = info.srttNs();
      event.bytesAcked = info.bytesAcked();
      event.bytesReceived = info.bytesReceived();
      event.segmentsSent = info.segmentsSent();
      event.segmentsRetransmitted = info.segmentsRetransmitted();
      event.commit();
    }
  }
}
