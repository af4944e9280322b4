/** Streams of unmodified programs over the mesh: what is exposed, forwarded, and SOCKS. */
@org.jspecify.annotations.NullMarked
package io.limpet.node.internal.streams;
