package io.limpet.invitation;

import io.limpet.link.MeshAddress;
import java.time.Instant;

/**
 * What a member said in an activity. A value; safe for any thread.
 *
 * @param activity the activity's identifier
 * @param from who said it
 * @param fromName what they call themselves
 * @param sequence counts what this sender said and published in this activity, from 1
 * @param sent when, by the sender's clock
 * @param text what
 */
public record Line(
    String activity, MeshAddress from, String fromName, long sequence, Instant sent, String text) {}
