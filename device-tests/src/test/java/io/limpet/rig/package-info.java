/** Tests of the rig. */
@org.jspecify.annotations.NullMarked
package io.limpet.rig;
