package io.limpet.invitation.internal.activity;

import io.limpet.link.MeshAddress;
import io.limpet.link.MeshGroups.GroupKey;
import java.time.Duration;
import java.util.List;

/**
 * To whom goes what is said in an activity, and sealed with what. A value; safe for any thread.
 *
 * @param activity the activity's identifier
 * @param owner who shares it, in it or not
 * @param version raised by the owner at every change; the same when only a member has said that it
 *     leaves, or the owner that it has lost the activity
 * @param members with us, in order of address; empty when we are not in it
 * @param keys newest first; empty when we are not in it
 * @param retention how long what is said is kept for who is away
 */
public record Membership(
    String activity,
    MeshAddress owner,
    long version,
    List<MeshAddress> members,
    List<GroupKey> keys,
    Duration retention) {}
