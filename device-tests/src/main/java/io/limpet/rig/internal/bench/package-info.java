/** Benchmarks that anyone can rerun with one command, the kernel's own TCP beside Limpet. */
@org.jspecify.annotations.NullMarked
package io.limpet.rig.internal.bench;
