package io.limpet.rig;

/** A kernel TCP listener inside a device that accepts everyone and discards what they send. */
public interface TcpSink extends AutoCloseable {
  /** The port it listens on. */
  int port();

  /** How many connections were accepted. */
  long accepted();

  /** How many bytes were received and discarded, over all connections. */
  long bytesReceived();

  /** Stops listening and closes what was accepted; does nothing the second time. */
  @Override
  void close();
}
