package io.limpet.presence.internal.mdns;

import io.limpet.presence.internal.announce.MdnsRecord;
import io.limpet.presence.internal.announce.Text;
import io.limpet.presence.internal.announce.TxtCodec;
import java.net.InetAddress;
import java.util.Optional;

/** Nodes of a mesh: {@code _limpet._udp}. */
public enum LimpetService implements ServiceKind<MdnsRecord> {
  /** The only one. */
  KIND;

  private static final int MAX_LABEL_BYTES = 63;

  @Override
  public String type() {
    return "_limpet._udp.local.";
  }

  @Override
  public String hostPart(MdnsRecord own) {
    return own.address().shortForm();
  }

  /** A name that a person can read in any mDNS tool; dots would be taken for ends of labels. */
  @Override
  public String serviceName(MdnsRecord own, InetAddress local, String unique) {
    // Every life has a name of its own: the last words of one cannot be taken for another's.
    return serviceName(own.nickname(), hostPart(own) + '-' + unique);
  }

  static String serviceName(String nickname, String suffix) {
    String readable = Text.clean(nickname).replace('.', '-').replace('\\', '-').strip();
    String cut = Text.truncateUtf8(readable, MAX_LABEL_BYTES - 1 - suffix.length());
    return cut.replaceFirst("^_+", "") + '#' + suffix;
  }

  @Override
  public byte[] encode(MdnsRecord own) {
    return TxtCodec.encode(own);
  }

  @Override
  public Optional<MdnsRecord> decode(String name, InetAddress local, Resolved found) {
    return TxtCodec.decode(found.txt().toArray());
  }
}
