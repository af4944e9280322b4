/** Meshes of many nodes, in virtual time. */
@org.jspecify.annotations.NullMarked
package io.limpet.rig.internal.bench.beacons;
