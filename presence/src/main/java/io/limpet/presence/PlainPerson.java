package io.limpet.presence;

/**
 * Somebody on the local network who has a chat program that needs no server (XEP-0174) and, as far
 * as we know, no Limpet. Nothing of it is proven: there is no key, and whoever takes a name has it.
 * A value; safe for any thread.
 *
 * @param id {@code nick@machine}, at most 63 bytes of UTF-8; one at a time on a network
 * @param name what they call themselves, 1..64 bytes of UTF-8
 * @param status {@code avail}, {@code away} or {@code dnd}
 * @param message what they say of themselves, may be empty
 */
public record PlainPerson(String id, String name, String status, String message) {}
