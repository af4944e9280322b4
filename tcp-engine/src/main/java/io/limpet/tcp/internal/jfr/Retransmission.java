package io.limpet.tcp.internal.jfr;

import io.limpet.tcp.internal.engine.Resend;
import io.limpet.tcp.internal.engine.TcpConnection;
import jdk.jfr.DataAmount;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Unsigned;

/** A segment went out once more. */
@Name("limpet.Retransmission")
@Label("Retransmission")
final class Retransmission extends ConnectionRecord {
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
      event.sequence = sequence;
      event.bytes = bytes;
      event.why = why.name();
      event.about(connection);
      event.commit();
    }
  }
}
