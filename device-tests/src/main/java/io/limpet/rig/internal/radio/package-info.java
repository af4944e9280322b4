/** The radio as a pure model: frames in, frames with times out; no clock, no thread, no socket. */
@org.jspecify.annotations.NullMarked
package io.limpet.rig.internal.radio;
