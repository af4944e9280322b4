/** The measurements. */
@org.jspecify.annotations.NullMarked
package io.limpet.rig.internal.bench.workload;
