package io.limpet.invitation.internal.service;

import io.limpet.invitation.WhoMayInvite;
import io.limpet.invitation.internal.invite.DeskLimits;
import io.limpet.invitation.internal.store.Stores;
import io.limpet.invitation.internal.stream.PeerStreams;
import io.limpet.presence.Roster;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * What a service is made of. Immutable; safe for any thread.
 *
 * @param self who we are
 * @param loop our thread and clocks
 * @param streams how others are reached; closed with the service
 * @param air how channels travel in datagrams; closed with the service
 * @param roster who is here; not closed with the service
 * @param stores what is kept from one life to the next; closed with the service
 * @param whoMayInvite whose invitations are taken, until that is changed; null for what is stored
 * @param limits bounds of the invitations kept
 * @param random where identifiers and secrets come from
 */
public record ServiceConfig(
    Identity self,
    ServiceLoop loop,
    PeerStreams streams,
    GroupAir air,
    Roster roster,
    Stores stores,
    @Nullable WhoMayInvite whoMayInvite,
    DeskLimits limits,
    Random random) {}
