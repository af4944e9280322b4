/** TCP sockets of the kernel and of the mesh together, and what their states mean. */
@org.jspecify.annotations.NullMarked
package io.limpet.node.internal.sockets;
