package io.limpet.presence.internal.announce;

import io.limpet.link.MeshAddress;
import io.netty.util.NetUtil;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Reads mesh addresses from text, without ever asking a name server. */
public final class Addresses {
  private static final int MAX_CHARS = 64;

  private Addresses() {}

  /** Returns the mesh address that the text spells, if it spells one. */
  public static Optional<MeshAddress> parse(String text) {
    if (text.length() > MAX_CHARS || text.indexOf(':') < 0) {
      return Optional.empty();
    }
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
    if (bytes == null || bytes.length != MeshAddress.BYTES) {
      return Optional.empty();
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return MeshAddress.isMesh(buffer) ? Optional.of(MeshAddress.read(buffer)) : Optional.empty();
  }
}
