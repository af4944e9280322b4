/**
 * The two roles of an invitation as pure state machines, the desk that keeps them, and the store
 * beneath.
 */
@org.jspecify.annotations.NullMarked
package io.limpet.invitation.internal.invite;
