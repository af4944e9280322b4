package io.limpet.node.internal.files;

import io.limpet.link.MeshAddress;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * A file that somebody offers.
 *
 * @param name what the sender calls it: never to be used as a path
 * @param size in bytes
 * @param hash its SHA-256; nobody changes the array
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record Offer(String name, long size, byte[] hash) {
  private static final int ID_BYTES = 16;

  /** Returns what tells it from every other file of every other sender. */
  String id(MeshAddress sender) {
    MessageDigest digest = FileProtocol.sha256();
    ByteBuffer head = ByteBuffer.allocate(MeshAddress.BYTES + Long.BYTES);
    sender.write(head);
    head.putLong(size);
    digest.update(head.array());
    return HexFormat.of().formatHex(digest.digest(hash), 0, ID_BYTES);
  }
}
