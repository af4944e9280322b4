/** The radio model driven by a clock and joined to ports. */
@org.jspecify.annotations.NullMarked
package io.limpet.rig.internal.medium;
