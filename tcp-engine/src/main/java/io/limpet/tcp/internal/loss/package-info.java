/** Finding out what was lost: round-trip times, RACK-TLP, recovery and undo. */
@org.jspecify.annotations.NullMarked
package io.limpet.tcp.internal.loss;
