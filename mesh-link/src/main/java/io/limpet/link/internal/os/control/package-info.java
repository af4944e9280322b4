/** The operations that repair neighbour state, with privileges and without. */
@org.jspecify.annotations.NullMarked
package io.limpet.link.internal.os.control;
