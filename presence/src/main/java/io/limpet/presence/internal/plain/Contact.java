package io.limpet.presence.internal.plain;

import io.limpet.presence.PlainPerson;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * A person without Limpet, and where their program listens. A value; safe for any thread.
 *
 * @param person who
 * @param where at most {@link PlainBook#MAX_PLACES}, all on our own networks
 */
public record Contact(PlainPerson person, List<InetSocketAddress> where) {
  /** Keeps its own copy of the list. */
  public Contact {
    where = List.copyOf(where);
  }
}
