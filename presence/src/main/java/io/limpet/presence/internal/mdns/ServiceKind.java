package io.limpet.presence.internal.mdns;

import io.limpet.link.Bytes;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * One type of service (RFC 6763): how its instances are named, written and read. Safe for any
 * thread; reading never throws.
 *
 * @param <R> what is published and found; a value
 */
public interface ServiceKind<R> {
  /** Returns the type in full, such as {@code _limpet._udp.local.}. */
  String type();

  /** Returns what the host names of this machine's responders have in them, a part of a label. */
  String hostPart(R own);

  /**
   * Names an instance, in one label.
   *
   * @param local the address that it is published on
   * @param unique different in each life of a responder, at most 32 letters and digits
   */
  String serviceName(R own, InetAddress local, String unique);

  /**
   * Says whether {@link #serviceName} is different in each life. If not, a life begins only when
   * the one before is buried: they would contend for the name, and its goodbye would be ours.
   */
  default boolean isNamedAnew() {
    return true;
  }

  /** Writes the TXT data. */
  byte[] encode(R own);

  /** Says whether all is there that {@link #decode} needs; else it is asked for again. */
  default boolean isComplete(Resolved found) {
    return !found.isWithoutText();
  }

  /**
   * Reads what somebody else has published; empty if it is damaged or breaks a bound.
   *
   * @param name the instance's name, as it came
   * @param local our address on the network where it was found
   */
  Optional<R> decode(String name, InetAddress local, Resolved found);

  /**
   * What was found under a name.
   *
   * @param txt the TXT data, perhaps none
   * @param port of the SRV record, 0 if there was none
   * @param addresses of its host, perhaps none yet; link-local ones are not scoped
   */
  record Resolved(Bytes txt, int port, List<InetAddress> addresses) {
    /** How no data at all is written (section 6.1). */
    private static final Bytes ONE_EMPTY_STRING = Bytes.of(new byte[] {0});

    /** Keeps its own copy of the list. */
    public Resolved {
      addresses = List.copyOf(addresses);
    }

    boolean isWithoutText() {
      return txt.length() == 0 || txt.equals(ONE_EMPTY_STRING);
    }
  }
}
