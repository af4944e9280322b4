package io.limpet.node.internal.files;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What two nodes say about one file, on a mesh stream of its own. The sender offers it; the
 * receiver answers how much of it is there already, with the hash of that; the sender says where it
 * goes on from, and sends the rest; the receiver says what became of it.
 */
final class FileProtocol {
  /** The mesh port at which a node answers while it receives. */
  static final int PORT = 19;

  static final int VERSION = 1;
  static final int HASH_BYTES = 32;
  static final int MAX_NAME_BYTES = 255;

  /** Version, length of the name; the name, size and hash follow. */
  static final int OFFER_HEAD_BYTES = 3;

  /** Version, verdict, offset, hash. */
  static final int ANSWER_BYTES = 2 + Long.BYTES + HASH_BYTES;

  /** Version, verdict. */
  static final int END_BYTES = 2;

  private FileProtocol() {}

  /** What the receiver says, at first or in the end. */
  enum Verdict {
    /** Send it, from so many bytes on. */
    GO(0, "go on"),
    /** It is there, whole. */
    DONE(1, "received"),
    /** Not from this sender. */
    NOT_ALLOWED(2, "takes no files of this node ('--from' there says)"),
    /** There is no room. */
    NO_ROOM(3, "has no room for it"),
    /** As many files are on their way as may be. */
    BUSY(4, "takes as many files as it can already"),
    /** It cannot be written. */
    FAILED(5, "could not write it"),
    /** What arrived is not what was offered. */
    WRONG_HASH(6, "got something else than was offered: did the file change meanwhile?"),
    /** Larger than is wanted. */
    TOO_LARGE(7, "takes no files of that size ('--max-size' there says)"),
    /** Something of another version. */
    UNKNOWN(255, "refused it");

    private final int code;
    private final String words;

    Verdict(int code, String words) {
      this.code = code;
      this.words = words;
    }

    int code() {
      return code;
    }

    /** Says it, behind the receiver's name. */
    String words() {
      return words;
    }

    static Verdict ofCode(int code) {
      for (Verdict verdict : values()) {
        if (verdict.code == code) {
          return verdict;
        }
      }
      return UNKNOWN;
    }
  }

  static void writeOffer(ByteBuf out, Offer offer) {
    byte[] name = offer.name().getBytes(StandardCharsets.UTF_8);
    out.writeByte(VERSION).writeShort(name.length).writeBytes(name);
    out.writeLong(offer.size()).writeBytes(offer.hash());
  }

  static void writeAnswer(ByteBuf out, Verdict verdict, long offset, byte[] prefixHash) {
    out.writeByte(VERSION).writeByte(verdict.code()).writeLong(offset).writeBytes(prefixHash);
  }

  static void writeEnd(ByteBuf out, Verdict verdict) {
    out.writeByte(VERSION).writeByte(verdict.code());
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
