/** The face of the node: everything that an application bundles, behind one builder. */
@org.jspecify.annotations.NullMarked
package io.limpet.node;
