/** The sans-IO roster: evidence goes in with its time, people and events come out. */
@org.jspecify.annotations.NullMarked
package io.limpet.presence.internal.roster;
