/** The rig without kernels. */
@org.jspecify.annotations.NullMarked
package io.limpet.rig.internal.inprocess;
