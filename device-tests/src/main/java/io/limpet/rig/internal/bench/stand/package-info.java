/** Where a measurement is made: devices, the air between them, and what runs in them. */
@org.jspecify.annotations.NullMarked
package io.limpet.rig.internal.bench.stand;
