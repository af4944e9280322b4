/** What the operating system knows and does: interfaces, addresses, neighbour entries. */
@org.jspecify.annotations.NullMarked
package io.limpet.link.internal.os;
