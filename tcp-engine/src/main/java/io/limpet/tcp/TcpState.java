package io.limpet.tcp;

/** The eleven states of RFC 9293, section 3.3.2. */
public enum TcpState {
  /** Waiting for a connection request from any remote peer. */
  LISTEN,
  /** A connection request was sent; a matching one is awaited. */
  SYN_SENT,
  /** A connection request was received and sent; its acknowledgement is awaited. */
  SYN_RECEIVED,
  /** Data flows both ways. */
  ESTABLISHED,
  /** Our FIN was sent; its acknowledgement, or the peer's FIN, is awaited. */
  FIN_WAIT_1,
  /** Our FIN is acknowledged; the peer's FIN is awaited. */
  FIN_WAIT_2,
  /** The peer's FIN arrived; the local application has yet to close. */
  CLOSE_WAIT,
  /** Both sent FIN; the acknowledgement of ours is awaited. */
  CLOSING,
  /** The peer closed first and we have closed; the acknowledgement of our FIN is awaited. */
  LAST_ACK,
  /** Waiting long enough to be sure that the peer received our last acknowledgement. */
  TIME_WAIT,
  /** No connection. */
  CLOSED
}
