/** Budgets that floods come up against: sans-IO, in the caller's time, of fixed size. */
@org.jspecify.annotations.NullMarked
package io.limpet.link.internal.limit;
