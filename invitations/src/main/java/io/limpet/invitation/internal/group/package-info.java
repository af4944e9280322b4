/**
 * The group channel: what a member says reaches every other member, in order, exactly once.
 *
 * <p>The receiver does not care how a line came: it orders by number, drops what it has, asks for
 * what is missing, and acknowledges cumulatively. Lines are carried by streams today; a multicast
 * carriage only has to hand the same {@code Said} messages in, lossy and doubled as they come, and
 * mark the sender's cursors as sent. Neither the protocol nor the application's view changes.
 */
@org.jspecify.annotations.NullMarked
package io.limpet.invitation.internal.group;
