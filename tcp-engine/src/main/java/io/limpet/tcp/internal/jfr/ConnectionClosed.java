package io.limpet.tcp.internal.jfr;

import io.limpet.tcp.CloseReason;
import io.limpet.tcp.TcpInfo;
import io.limpet.tcp.internal.engine.TcpConnection;
import jdk.jfr.DataAmount;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Timespan;

/** A connection is over, or was never established. */
@Name("limpet.ConnectionClosed")
@Label("Connection Closed")
final class ConnectionClosed extends ConnectionRecord {
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
      event.reason = reason.describe();
      event.roundTrip = info.srttNs();
      event.bytesAcked = info.bytesAcked();
      event.bytesReceived = info.bytesReceived();
      event.segmentsSent = info.segmentsSent();
      event.segmentsRetransmitted = info.segmentsRetransmitted();
      event.about(connection);
      event.commit();
    }
  }
}
