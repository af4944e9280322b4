/**
 * The engine under Netty: a driver that gives it datagrams and time, and channels on its
 * connections.
 *
 * <p>Everything here is confined to the link's event loop, except what a class says otherwise.
 */
@org.jspecify.annotations.NullMarked
package io.limpet.tcp.internal.netty;
