package io.limpet.tcp.internal.netty;

import io.limpet.tcp.internal.engine.TcpConnection;

/**
 * A connection that another side has asked for, and nobody has taken. The connection itself is for
 * the link's event loop only; its peer and ports never change.
 *
 * @param hasData whether data came with it
 * @param sendBufferBytes how much can be written to it
 */
record Request(TcpConnection connection, boolean hasData, int sendBufferBytes) {}
