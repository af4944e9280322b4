/**
 * The whole link without sockets, threads or clocks: datagrams, time and changes of the machine go
 * in; datagrams, payloads and events come out. The runtime drives it; so does a simulation.
 */
@org.jspecify.annotations.NullMarked
package io.limpet.link.internal.engine;
