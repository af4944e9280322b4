/** Tests of what results say. */
@org.jspecify.annotations.NullMarked
package io.limpet.rig.internal.bench.result;
