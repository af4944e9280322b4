/** Tests of the workloads and their goals. */
@org.jspecify.annotations.NullMarked
package io.limpet.rig.internal.bench.workload;
