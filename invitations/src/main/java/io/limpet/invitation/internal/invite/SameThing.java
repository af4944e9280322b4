package io.limpet.invitation.internal.invite;

import io.limpet.invitation.Activity;
import io.limpet.invitation.Invitation;
import io.limpet.invitation.internal.wire.Message;
import io.limpet.link.MeshAddress;

/**
 * What two people who invite each other may mean alike: one activity, or two of one type and one
 * title that each of them shares. A value.
 *
 * @param activity its identifier
 * @param type its type
 * @param title its title
 * @param sharedByInviter whether who invites to it also shares it
 */
record SameThing(String activity, String type, String title, boolean sharedByInviter) {
  static SameThing of(InvitationSession s) {
    Invitation i = s.invitation();
    return new SameThing(i.activity(), i.activityType(), i.title(), s.owner().equals(i.from()));
  }

  static SameThing of(MeshAddress from, Message.Invite invite) {
    return new SameThing(
        invite.activity(), invite.type(), invite.title(), invite.owner().equals(from));
  }

  static SameThing of(MeshAddress from, Activity activity) {
    return new SameThing(
        activity.id(), activity.type(), activity.title(), activity.owner().equals(from));
  }

  boolean isSameAs(SameThing other) {
    return activity.equals(other.activity)
        || (sharedByInviter
            && other.sharedByInviter
            && type.equals(other.type)
            && title.equals(other.title));
  }
}
