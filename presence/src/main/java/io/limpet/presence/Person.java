package io.limpet.presence;

import io.limpet.link.MeshAddress;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * One person in the roster. A value; safe for any thread.
 *
 * @param address who it is: the proof
 * @param name what they call themselves: a claim
 * @param presence how sure we are that they are here
 * @param colours stroke and fill as {@code #rrggbb,#rrggbb}
 * @param status free text, may be empty
 * @param epoch their newest known epoch
 * @param activities what they announce
 * @param sources where the evidence comes from: {@code hello}, {@code mdns}
 * @param since when the present state began
 * @param keyChanged whether this name was known with another key before
 * @param acquaintance how well this laptop's person knows them
 */
public record Person(
    MeshAddress address,
    String name,
    Presence presence,
    String colours,
    String status,
    long epoch,
    List<SharedActivity> activities,
    Set<String> sources,
    Instant since,
    boolean keyChanged,
    Acquaintance acquaintance) {}
