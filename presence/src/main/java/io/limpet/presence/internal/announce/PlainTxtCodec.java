package io.limpet.presence.internal.announce;

import io.limpet.link.MeshAddress;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The TXT record of {@code _presence._tcp} (XEP-0174, section 3), and a key of our own: {@code
 * limpet}, the mesh address of a node that is announced as such as well.
 *
 * <p>Safe for any thread. Decoding never throws.
 */
public final class PlainTxtCodec {
  private static final String NODE = "limpet";
  private static final Set<String> STATUSES = Set.of("avail", "away", "dnd");
  private static final int MAX_LABEL_BYTES = 63;

  private PlainTxtCodec() {}

  /** Writes a record. */
  public static byte[] encode(PlainRecord own) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    TxtCodec.put(out, "txtvers", "1");
    TxtCodec.put(out, "1st", own.name());
    TxtCodec.put(out, "nick", own.name());
    TxtCodec.put(out, "port.p2pj", Integer.toString(own.port()));
    TxtCodec.put(out, "status", own.status());
    if (!own.message().isEmpty()) {
      TxtCodec.put(out, "msg", own.message());
    }
    MeshAddress node = own.node();
    if (node != null) {
      TxtCodec.put(out, NODE, node.toString());
    }
    return out.toByteArray();
  }

  /**
   * Reads hostile TXT data; empty if it is damaged or breaks a bound. What is only said of a person
   * is cut, as others' programs allow more of it than we show.
   *
   * @param id the instance's name
   * @param addresses as found, on our own networks
   * @param port of the SRV record, which counts (section 3)
   */
  public static Optional<PlainRecord> decode(
      String id, byte[] txt, List<InetAddress> addresses, int port) {
    Map<String, String> strings = TxtCodec.split(txt);
    if (strings == null
        || id.isEmpty()
        || Text.utf8Length(id) > MAX_LABEL_BYTES
        || !id.equals(Text.clean(id))
        || port < 1
        || port > 0xFFFF
        || addresses.isEmpty()) {
      return Optional.empty();
    }
    String status = strings.getOrDefault("status", "avail");
    return Optional.of(
        new PlainRecord(
            id,
            name(id, strings),
            STATUSES.contains(status) ? status : "avail",
            shown(strings.getOrDefault("msg", ""), Announcement.MAX_STATUS_BYTES),
            addresses.stream().limit(PlainRecord.MAX_ADDRESSES).toList(),
            port,
            Addresses.parse(strings.getOrDefault(NODE, "")).orElse(null)));
  }

  private static String name(String id, Map<String, String> strings) {
    String first = strings.getOrDefault("1st", "") + ' ' + strings.getOrDefault("last", "");
    int at = id.lastIndexOf('@');
    for (String candidate :
        List.of(strings.getOrDefault("nick", ""), first, at > 0 ? id.substring(0, at) : "")) {
      String name = shown(candidate, MdnsRecord.MAX_NICKNAME_BYTES);
      if (!name.isEmpty()) {
        return name;
      }
    }
    return id;
  }

  private static String shown(String text, int maxBytes) {
    return Text.truncateUtf8(Text.clean(text.strip()), maxBytes);
  }
}
