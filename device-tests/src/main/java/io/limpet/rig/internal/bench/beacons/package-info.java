/** How hellos scale: many links in virtual time on one simulated air. */
@org.jspecify.annotations.NullMarked
package io.limpet.rig.internal.bench.beacons;
