package io.limpet.tcp.internal.jfr;

import io.limpet.tcp.internal.engine.Resend;
import io.limpet.tcp.internal.engine.TcpConnection;
import io.limpet.tcp.internal.engine.TcpEvent;

/** Tells the flight recorder what happens to connections. Any thread. */
public final class FlightRecords {
  private FlightRecords() {}

  /** A connection tells something; its beginning and its end are recorded. */
  public static void onEvent(TcpConnection connection, TcpEvent event, long nowNs) {
    if (event instanceof TcpEvent.Connected) {
      ConnectionOpened.commit(connection);
    } else if (event instanceof TcpEvent.Closed closed) {
      ConnectionClosed.commit(connection, closed.reason(), nowNs);
    }
  }

  /** The link has taken a segment that was sent before. */
  public static void onResent(TcpConnection connection, int sequence, int bytes, Resend why) {
    Retransmission.commit(connection, sequence, bytes, why);
  }
}
