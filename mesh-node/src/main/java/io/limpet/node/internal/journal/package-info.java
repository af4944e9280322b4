/** What is worth remembering, as rotating JSON lines. */
@org.jspecify.annotations.NullMarked
package io.limpet.node.internal.journal;
