/** What outlives a crash: an SQLite file in the home folder, written by a thread of its own. */
@org.jspecify.annotations.NullMarked
package io.limpet.invitation.internal.store;
