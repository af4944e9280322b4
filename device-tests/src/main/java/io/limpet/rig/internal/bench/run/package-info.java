/** A whole benchmark, from the plan to the results. */
@org.jspecify.annotations.NullMarked
package io.limpet.rig.internal.bench.run;
