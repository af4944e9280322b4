/** Measuring against a peer that allows it. */
@org.jspecify.annotations.NullMarked
package io.limpet.node.internal.perf;
