package io.limpet.invitation.internal.group;

import io.limpet.link.MeshAddress;
import java.util.random.RandomGenerator;

/**
 * What a channel is made of. Immutable; safe for any thread.
 *
 * @param activity whose channel it is
 * @param self who we are
 * @param epoch our incarnation: raised at each start, from 1 on
 * @param limits its bounds
 * @param store what it keeps
 * @param clock its clocks
 * @param random where its random waits come from
 * @param out where what it says goes
 * @param application whom it serves
 */
public record ChannelSetup(
    String activity,
    MeshAddress self,
    long epoch,
    ChannelLimits limits,
    ChannelStore store,
    ChannelClock clock,
    RandomGenerator random,
    ChannelOutput out,
    ChannelApplication application) {}
