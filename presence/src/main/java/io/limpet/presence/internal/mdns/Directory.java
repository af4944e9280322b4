package io.limpet.presence.internal.mdns;

import io.limpet.link.LinkInterface;
import java.util.List;

/**
 * A directory of one kind of service on the local networks: publishes one record, and reports those
 * of others.
 *
 * <p>Safe for any thread. No method but {@link #close} blocks.
 *
 * @param <R> what a record says
 */
public interface Directory<R> extends AutoCloseable {
  /** Publishes a record on every interface, replacing the earlier one. */
  void publish(R own);

  /**
   * Says that what a record says seems to be wrong, for instance because a connection to its person
   * failed (RFC 6762, section 10.4). It is asked for again: what is answered is seen anew, what is
   * not is lost.
   *
   * @param key as the listener was told it
   */
  void reconfirm(String key);

  /** Says which interfaces there are now; those that are new are used, those gone are left. */
  void reconcile(List<LinkInterface> interfaces);

  /** Withdraws the record and releases every socket and thread, within a bounded time. */
  @Override
  void close();

  /** Hears of records, on the directory's threads; must not block. */
  interface Listener<R> {
    /**
     * A record appeared, changed, or was confirmed; {@code key} says where, and is unique at one
     * time.
     */
    void onSeen(String key, R claim);

    /** A record was withdrawn, or expired, or its interface is gone. */
    void onLost(String key);
  }
}
