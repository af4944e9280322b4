/** When to say hello, and what hellos and silence mean: sans-IO, in virtual time. */
@org.jspecify.annotations.NullMarked
package io.limpet.link.internal.beacon;
