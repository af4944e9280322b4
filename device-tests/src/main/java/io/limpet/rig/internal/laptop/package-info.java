/** A device of the rig with a node running in it, driven from outside. */
@org.jspecify.annotations.NullMarked
package io.limpet.rig.internal.laptop;
