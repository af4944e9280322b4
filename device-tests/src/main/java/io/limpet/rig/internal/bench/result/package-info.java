/** What was measured, and what was to be reached. */
@org.jspecify.annotations.NullMarked
package io.limpet.rig.internal.bench.result;
