/** A rig by hand: laptops on one machine that a person walks between. */
@org.jspecify.annotations.NullMarked
package io.limpet.rig.internal.hand;
