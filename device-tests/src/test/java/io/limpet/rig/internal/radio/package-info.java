/** Tests of the radio model, in virtual time. */
@org.jspecify.annotations.NullMarked
package io.limpet.rig.internal.radio;
