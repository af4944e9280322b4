/** What Limpet is compared with: programs of their own that run inside the devices. */
@org.jspecify.annotations.NullMarked
package io.limpet.rig.internal.bench.peer;
