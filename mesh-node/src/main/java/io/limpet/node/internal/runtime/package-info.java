/** The node put together: home folder, layers, journal. */
@org.jspecify.annotations.NullMarked
package io.limpet.node.internal.runtime;
