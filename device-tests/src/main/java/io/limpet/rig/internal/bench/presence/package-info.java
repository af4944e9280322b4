/** Who is here, and how soon it is seen: nodes that come, die and come back on one radio. */
@org.jspecify.annotations.NullMarked
package io.limpet.rig.internal.bench.presence;
