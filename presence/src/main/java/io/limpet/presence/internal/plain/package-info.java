/** People without Limpet, as their records claim: sans-IO. */
@org.jspecify.annotations.NullMarked
package io.limpet.presence.internal.plain;
