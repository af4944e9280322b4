package io.limpet.presence.internal.announce;

import io.limpet.link.MeshAddress;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a record of {@code _presence._tcp} (XEP-0174) claims of a person. Nothing in it is proven. A
 * value; safe for any thread.
 *
 * @param id the name of the instance, {@code nick@machine}, by which streams name its person
 * @param name what they call themselves, 1..64 bytes of UTF-8
 * @param status {@code avail}, {@code away} or {@code dnd}
 * @param message free text, at most {@link Announcement#MAX_STATUS_BYTES}
 * @param addresses where their program listens, on our own networks, at most 8
 * @param port where it listens there
 * @param node the mesh address that it claims to have as well, or null
 */
public record PlainRecord(
    String id,
    String name,
    String status,
    String message,
    List<InetAddress> addresses,
    int port,
    @Nullable MeshAddress node) {

  /** Most addresses of one person. */
  public static final int MAX_ADDRESSES = 8;

  /** Keeps its own copy of the list. */
  public PlainRecord {
    addresses = List.copyOf(addresses);
  }
}
