package io.limpet.presence;

/**
 * An activity that somebody announces. A value; safe for any thread.
 *
 * @param id its identifier, at most 64 characters
 * @param type what kind of activity, at most 32 characters, such as {@code chat}
 * @param title what its owner calls it, at most 64 characters
 * @param open whether anybody may join without an invitation
 */
public record SharedActivity(String id, String type, String title, boolean open) {}
