package io.limpet.presence.internal.mdns;

import io.limpet.presence.internal.announce.PlainRecord;
import io.limpet.presence.internal.announce.PlainTxtCodec;
import io.limpet.presence.internal.announce.Text;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * People who chat without a server (XEP-0174): {@code _presence._tcp}.
 *
 * @param isOnNetwork says whether an address is on the network of ours where it was found: no
 *     stranger's record makes us connect to anywhere else
 */
public record PlainService(BiPredicate<InetAddress, InetAddress> isOnNetwork)
    implements ServiceKind<PlainRecord> {
  private static final int MAX_LABEL_BYTES = 63;

  @Override
  public String type() {
    return "_presence._tcp.local.";
  }

  @Override
  public String hostPart(PlainRecord own) {
    return "chat-" + own.id().substring(own.id().lastIndexOf('@') + 1);
  }

  /**
   * The name is the person's: the same in each life, or they would be many. With two interfaces on
   * one network a name of each is needed, or the two would contend for one.
   */
  @Override
  public String serviceName(PlainRecord own, InetAddress local, String unique) {
    return idAt(own, local);
  }

  @Override
  public boolean isNamedAnew() {
    return false;
  }

  /** Returns by which name we are announced on the interface of an address of ours. */
  public static String idAt(PlainRecord own, InetAddress local) {
    String machine = own.id().substring(own.id().lastIndexOf('@') + 1);
    String suffix = LocalNetwork.interfaceName(local).map(name -> '-' + readable(name)).orElse("");
    return id(own.name(), machine + suffix);
  }

  private static String readable(String interfaceName) {
    return interfaceName.replaceAll("[^A-Za-z0-9]", "-");
  }

  /**
   * Returns the name of an instance.
   *
   * @param machine letters, digits and hyphens, at most 30 of them
   */
  public static String id(String nickname, String machine) {
    String readable =
        Text.clean(nickname).replaceAll("[.\\\\@/]", "-").strip().replaceFirst("^_+", "");
    String cut = Text.truncateUtf8(readable, MAX_LABEL_BYTES - 1 - machine.length());
    return cut + '@' + machine;
  }

  @Override
  public byte[] encode(PlainRecord own) {
    return PlainTxtCodec.encode(own);
  }

  @Override
  public boolean isComplete(Resolved found) {
    return !found.isWithoutText() && found.port() != 0 && !found.addresses().isEmpty();
  }

  @Override
  public Optional<PlainRecord> decode(String name, InetAddress local, Resolved found) {
    List<InetAddress> reachable =
        found.addresses().stream()
            .map(address -> LocalNetwork.scoped(address, local))
            .filter(address -> isOnNetwork.test(local, address))
            .toList();
    return PlainTxtCodec.decode(name, found.txt().toArray(), reachable, found.port());
  }
}
