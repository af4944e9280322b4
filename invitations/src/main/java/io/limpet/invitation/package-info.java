/** The face of invitations: invite and be invited, share activities, talk in them. */
@org.jspecify.annotations.NullMarked
package io.limpet.invitation;
