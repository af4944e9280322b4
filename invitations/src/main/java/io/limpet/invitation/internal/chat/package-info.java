/** Invitations to people without Limpet, which are lines of chat: sans-IO. */
@org.jspecify.annotations.NullMarked
package io.limpet.invitation.internal.chat;
