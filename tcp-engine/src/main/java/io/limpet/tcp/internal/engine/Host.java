package io.limpet.tcp.internal.engine;

/** What a connection asks of the endpoint that it belongs to. */
interface Host {
  /** Returns what all connections share. */
  EngineConfig engineConfig();

  /** The connection may have something to send. */
  void wantsTransmit(Connection connection);

  /** The connection's timers have changed. */
  void reschedule(Connection connection);

  /** The connection has something to tell its owner. */
  void wantsAttention(Connection connection);

  /** The connection is over: forget it. */
  void remove(Connection connection);

  /** The passive connection's request has been taken or withdrawn. */
  void requestResolved(Connection connection);

  /** Segments to a peer may be larger, or must be smaller, than before. */
  void segmentSizeChanged(PeerPath path);

  /** Sends a RST with the next transmission. */
  void sendReset(Reset reset);

  /** Returns what the connection at work may use. */
  Workspace workspace();
}
