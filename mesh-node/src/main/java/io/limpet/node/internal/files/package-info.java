/** Files from one person to another: resumed after any interruption, verified by hash. */
@org.jspecify.annotations.NullMarked
package io.limpet.node.internal.files;
