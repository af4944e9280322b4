package io.limpet.link;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one path in one direction. A value; safe for any thread.
 *
 * @param peer whom the path reaches
 * @param interfaceName the local interface
 * @param carrier how datagrams travel
 * @param outbound true for from here to the peer
 * @param state {@code confirmed}, {@code unconfirmed}, {@code dead} or {@code unknown}
 * @param proofAge time since the last proof that the path passes datagrams, or null without any
 * @param loss estimated share lost, 0..1, or NaN when unknown
 * @param rtt smoothed round-trip time, or null when unknown
 * @param mtuBytes size of the largest IP packet, headers included, that the path is known to pass,
 *     in bytes: 1228 or 1248 (IPv6) without a proof; 0 inbound, where only the peer knows
 * @param verdict the diagnosis that concerns this path
 */
public record LinkReport(
    MeshAddress peer,
    String interfaceName,
    Carrier carrier,
    boolean outbound,
    String state,
    @Nullable Duration proofAge,
    double loss,
    @Nullable Duration rtt,
    int mtuBytes,
    Diagnosis verdict) {}
