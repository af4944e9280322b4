/** Driving a running node over a Unix socket in its home folder. */
@org.jspecify.annotations.NullMarked
package io.limpet.node.internal.control;
