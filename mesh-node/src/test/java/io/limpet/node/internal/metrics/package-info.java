@org.jspecify.annotations.NullMarked
package io.limpet.node.internal.metrics;
