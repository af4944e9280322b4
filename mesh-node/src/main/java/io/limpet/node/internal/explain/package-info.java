/** Says in sentences why a peer is reached as it is. */
@org.jspecify.annotations.NullMarked
package io.limpet.node.internal.explain;
