package io.limpet.link;

import java.util.Arrays;
import java.util.HexFormat;

/** An immutable run of bytes with value equality. Safe for any thread. */
public final class Bytes {
  /** No bytes. */
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] value;

  private Bytes(byte[] value) {
    this.value = value;
  }

  /** Copies the array. */
  public static Bytes of(byte[] value) {
    return value.length == 0 ? EMPTY : new Bytes(value.clone());
  }

  /** Returns a copy of the bytes. */
  public byte[] toArray() {
    return value.clone();
  }

  /** Returns the bytes in hexadecimal with a delimiter between them, as MACs are written. */
  public String toHex(String delimiter) {
    return HexFormat.ofDelimiter(delimiter).formatHex(value);
  }

  /** Returns the number of bytes. */
  public int length() {
    return value.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes bytes && Arrays.equals(value, bytes.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(value);
  }
}
