/** What a node is doing, in numbers, for the collector that a site already runs. */
@org.jspecify.annotations.NullMarked
package io.limpet.node.internal.metrics;
