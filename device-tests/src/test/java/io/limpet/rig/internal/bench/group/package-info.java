/** Tests of the package. */
@org.jspecify.annotations.NullMarked
package io.limpet.rig.internal.bench.group;
