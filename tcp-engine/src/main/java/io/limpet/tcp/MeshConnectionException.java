package io.limpet.tcp;

import java.io.Serial;
import java.net.InetSocketAddress;
import java.net.SocketException;

/** A connection that was established has failed; the message says why and with whom. */
public final class MeshConnectionException extends SocketException {

  @Serial private static final long serialVersionUID = 1L;

  private final transient CloseReason reason;

  /** Makes the exception for a reason and the remote endpoint. */
  public MeshConnectionException(CloseReason reason, InetSocketAddress remote) {
    super(text(reason) + ": " + remote);
    this.reason = reason;
  }

  /** Applications and their logs look for the words that kernels use. */
  private static String text(CloseReason reason) {
    return reason instanceof CloseReason.PeerReset
        ? "Connection reset by peer"
        : "Connection lost: " + reason.describe();
  }

  /** Returns the reason as a value. */
  public CloseReason reason() {
    return reason;
  }
}
