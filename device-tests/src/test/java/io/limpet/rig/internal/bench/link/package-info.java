/** Tests of the link benchmark. */
@org.jspecify.annotations.NullMarked
package io.limpet.rig.internal.bench.link;
