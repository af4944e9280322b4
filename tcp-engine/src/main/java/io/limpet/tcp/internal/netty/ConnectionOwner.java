package io.limpet.tcp.internal.netty;

import io.limpet.tcp.internal.engine.TcpEvent;

/** Whom the driver tells of a connection. On the link's event loop. */
interface ConnectionOwner {

  /** A request that waits for somebody to take it: its events wait, too. */
  ConnectionOwner NOBODY_YET =
      new ConnectionOwner() {
        @Override
        public void onEvent(TcpEvent event) {
          throw new IllegalStateException("nobody to tell of " + event);
        }

        @Override
        public void onUnknownPeer() {}

        @Override
        public void onFault(RuntimeException cause) {}
      };

  /** Something happened. */
  void onEvent(TcpEvent event);

  /** The link has never heard the peer: waiting for an answer would be in vain. */
  void onUnknownPeer();

  /** {@link #onEvent} has failed, which is an error of ours. */
  void onFault(RuntimeException cause);
}
