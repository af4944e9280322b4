/** Tests of the benchmark command. */
@org.jspecify.annotations.NullMarked
package io.limpet.rig.internal.bench;
