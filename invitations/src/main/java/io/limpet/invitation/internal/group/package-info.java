/**
 * The group channel: what a member publishes reaches every member, in order, exactly once.
 *
 * <p>Data goes out once, by multicast; gaps are asked for and repaired in the manner of RFC 5740;
 * members whom multicast does not reach are served by stream. It knows bytes only: what they mean
 * is the application's.
 */
@org.jspecify.annotations.NullMarked
package io.limpet.invitation.internal.group;
