/** One archive of all that a field engineer asks for, and how it is read with suspicion. */
@org.jspecify.annotations.NullMarked
package io.limpet.node.internal.bundle;
