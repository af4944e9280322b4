/**
 * The engine under Netty: a driver that gives it datagrams and time, and channels on its
 * connections.
 *
 * <p>Channels are confined to their own event loop, everything else to the link's, except what a
 * class says otherwise; what lies between the two is a {@code Conduit}.
 */
@org.jspecify.annotations.NullMarked
package io.limpet.tcp.internal.netty;
