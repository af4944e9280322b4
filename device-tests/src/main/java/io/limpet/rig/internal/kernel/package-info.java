/** The rig on real kernels. */
@org.jspecify.annotations.NullMarked
package io.limpet.rig.internal.kernel;
