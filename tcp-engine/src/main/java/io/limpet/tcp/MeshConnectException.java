package io.limpet.tcp;

import java.io.Serial;
import java.net.ConnectException;
import java.net.InetSocketAddress;

/** A connection could not be made; the message says why and to whom. */
public final class MeshConnectException extends ConnectException {

  @Serial private static final long serialVersionUID = 1L;

  private final transient CloseReason reason;

  /** Makes the exception for a reason and the endpoint that was wanted. */
  public MeshConnectException(CloseReason reason, InetSocketAddress remote) {
    super(reason.describe() + ": " + remote);
    this.reason = reason;
  }

  /** Returns the reason as a value. */
  public CloseReason reason() {
    return reason;
  }
}
