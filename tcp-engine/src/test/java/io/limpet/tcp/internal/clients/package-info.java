/**
 * Clients and servers that nobody here wrote, unchanged, on mesh channels and sockets: the proof
 * that these can stand in for the kernel's.
 */
@org.jspecify.annotations.NullMarked
package io.limpet.tcp.internal.clients;
