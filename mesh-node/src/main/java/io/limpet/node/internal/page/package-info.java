/** The neighbourhood page: what the node knows, drawn in a browser of this machine. */
@org.jspecify.annotations.NullMarked
package io.limpet.node.internal.page;
