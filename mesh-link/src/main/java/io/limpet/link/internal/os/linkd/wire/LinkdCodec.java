package io.limpet.link.internal.os.linkd.wire;

import io.limpet.link.Bytes;
import io.limpet.link.LinkPrivileges.Operation;
import io.limpet.link.MeshAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a message: two bytes of length, one of type, the fields, in network byte order. The
 * layouts are in {@code docs/linkd.md}. Pure; never throws on bad bytes.
 */
public final class LinkdCodec {
  /** Longest message without its length. */
  public static final int MAX_BODY_BYTES = 512;

  /** The length in front of every message. */
  static final int LENGTH_BYTES = 2;

  /** A socket's identification: the family, and the kernel's own 48 bytes. */
  private static final int SOCKET_ID_BYTES = 49;

  private static final int MAC_BYTES = 6;
  private static final int MAX_NAME_BYTES = 15;
  private static final int MAX_TEXT_BYTES = 200;
  private static final byte[] MAGIC = "limpet-linkd".getBytes(StandardCharsets.US_ASCII);

  private static final int GREET = 1;
  private static final int REPLACE = 2;
  private static final int FLUSH = 3;
  private static final int PROBE = 4;
  private static final int SOLICIT = 5;
  private static final int ANNOUNCE = 6;
  private static final int RUN_HOOK = 7;
  private static final int DESTROY = 8;
  private static final int PING = 9;
  private static final int WELCOME = 65;
  private static final int TOLD = 66;
  private static final int PONG = 67;
  private static final int REFUSED = 68;

  /** By their bit in a welcome. */
  private static final Operation[] OPERATIONS = {
    Operation.WRITE_NEIGHBOURS, Operation.SEND_ARP, Operation.DESTROY_SOCKETS, Operation.SITE_HOOK,
  };

  private LinkdCodec() {}

  // ---- writing ----

  /** Returns a message with its length. Texts that are too long are cut. */
  public static byte[] write(LinkdMessage message) {
    ByteBuffer out = ByteBuffer.allocate(LENGTH_BYTES + MAX_BODY_BYTES);
    out.position(LENGTH_BYTES);
    if (message instanceof LinkdMessage.Request request) {
      writeRequest(out, request);
    } else {
      writeOther(out, message);
    }
    out.putShort(0, (short) (out.position() - LENGTH_BYTES));
    return Arrays.copyOf(out.array(), out.position());
  }

  private static void writeOther(ByteBuffer out, LinkdMessage message) {
    if (message instanceof LinkdMessage.Greet m) {
      out.put((byte) GREET).put(MAGIC).put((byte) m.lowest()).put((byte) m.highest());
    } else if (message instanceof LinkdMessage.Welcome m) {
      out.put((byte) WELCOME).put((byte) m.version()).put(bits(m.operations()));
      List<String> names =
          m.interfaces().subList(0, Math.min(m.interfaces().size(), LinkdMessage.MAX_INTERFACES));
      out.put((byte) names.size());
      names.forEach(name -> putText(out, name, MAX_NAME_BYTES));
    } else if (message instanceof LinkdMessage.Told m) {
      out.put((byte) TOLD).putInt(m.id()).put((byte) (m.done() ? 1 : 0));
      putText(out, m.word(), MAX_TEXT_BYTES);
      putText(out, m.detail(), MAX_TEXT_BYTES);
    } else if (message instanceof LinkdMessage.Refused m) {
      out.put((byte) REFUSED);
      putText(out, m.why(), MAX_TEXT_BYTES);
    } else {
      out.put((byte) (message instanceof LinkdMessage.Ping ? PING : PONG));
    }
  }

  private static void writeRequest(ByteBuffer out, LinkdMessage.Request request) {
    out.put((byte) type(request)).putInt(request.id());
    if (request instanceof LinkdMessage.OnInterface on) {
      putText(out, on.on(), MAX_NAME_BYTES);
    }
    if (request instanceof LinkdMessage.Solicit m) {
      putIp(out, m.own());
    } else if (request instanceof LinkdMessage.Announce m) {
      putIp(out, m.own());
    }
    if (request instanceof LinkdMessage.AboutNeighbour m) {
      putIp(out, m.ip());
    }
    if (request instanceof LinkdMessage.Replace m) {
      putExactly(out, m.mac(), MAC_BYTES);
    } else if (request instanceof LinkdMessage.RunHook m) {
      putExactly(out, m.mac(), MAC_BYTES);
      m.peer().write(out);
    } else if (request instanceof LinkdMessage.Destroy m) {
      putExactly(out, m.socketId(), SOCKET_ID_BYTES);
    }
  }

  private static int type(LinkdMessage.Request request) {
    if (request instanceof LinkdMessage.Replace) {
      return REPLACE;
    } else if (request instanceof LinkdMessage.Flush) {
      return FLUSH;
    } else if (request instanceof LinkdMessage.Probe) {
      return PROBE;
    } else if (request instanceof LinkdMessage.Solicit) {
      return SOLICIT;
    } else if (request instanceof LinkdMessage.Announce) {
      return ANNOUNCE;
    } else if (request instanceof LinkdMessage.RunHook) {
      return RUN_HOOK;
    } else {
      return DESTROY;
    }
  }

  private static byte bits(Set<Operation> operations) {
    int bits = 0;
    for (int i = 0; i < OPERATIONS.length; i++) {
      bits |= operations.contains(OPERATIONS[i]) ? 1 << i : 0;
    }
    return (byte) bits;
  }

  private static void putText(ByteBuffer out, String text, int maxBytes) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(bytes.length, maxBytes);
    while (length < bytes.length && length > 0 && (bytes[length] & 0xC0) == 0x80) {
      length--; // not within a character
    }
    out.put((byte) length).put(bytes, 0, length);
  }

  private static void putIp(ByteBuffer out, InetAddress ip) {
    byte[] bytes = ip.getAddress();
    out.put((byte) bytes.length).put(bytes);
  }

  private static void putExactly(ByteBuffer out, Bytes value, int length) {
    out.put(Arrays.copyOf(value.toArray(), length));
  }

  // ---- reading ----

  /** Returns the message that is the whole of these bytes, or null when they are none. */
  public static @Nullable LinkdMessage read(ByteBuffer body) {
    if (body.remaining() < 1 || body.remaining() > MAX_BODY_BYTES) {
      return null;
    }
    Fields in = new Fields(body.slice());
    int type = in.number();
    LinkdMessage message = type < WELCOME ? readQuestion(type, in) : readAnswer(type, in);
    return in.isWholeAndSound() ? message : null;
  }

  private static @Nullable LinkdMessage readQuestion(int type, Fields in) {
    return switch (type) {
      case GREET -> readGreet(in);
      case PING -> new LinkdMessage.Ping();
      case DESTROY -> new LinkdMessage.Destroy(in.int32(), Bytes.of(in.bytes(SOCKET_ID_BYTES)));
      default -> readOnInterface(type, in.int32(), in.name(), in.ip(), in);
    };
  }

  private static @Nullable LinkdMessage readGreet(Fields in) {
    boolean ours = Arrays.equals(in.bytes(MAGIC.length), MAGIC);
    int lowest = in.number();
    int highest = in.number();
    if (!ours || lowest < 1 || highest < lowest) {
      return null;
    }
    return new LinkdMessage.Greet(lowest, highest);
  }

  private static @Nullable LinkdMessage readOnInterface(
      int type, int id, String on, InetAddress first, Fields in) {
    return switch (type) {
      case REPLACE -> new LinkdMessage.Replace(id, on, first, Bytes.of(in.bytes(MAC_BYTES)));
      case FLUSH -> new LinkdMessage.Flush(id, on, first);
      case PROBE -> new LinkdMessage.Probe(id, on, first);
      case SOLICIT -> new LinkdMessage.Solicit(id, on, first, in.ip());
      case ANNOUNCE -> new LinkdMessage.Announce(id, on, first);
      case RUN_HOOK -> readRunHook(id, on, first, in);
      default -> null;
    };
  }

  private static @Nullable LinkdMessage readRunHook(int id, String on, InetAddress ip, Fields in) {
    Bytes mac = Bytes.of(in.bytes(MAC_BYTES));
    ByteBuffer peer = ByteBuffer.wrap(in.bytes(MeshAddress.BYTES));
    if (!MeshAddress.isMesh(peer)) {
      return null;
    }
    return new LinkdMessage.RunHook(id, on, ip, mac, MeshAddress.read(peer));
  }

  private static @Nullable LinkdMessage readTold(Fields in) {
    int id = in.int32();
    int done = in.number();
    String word = in.text();
    if (done > 1) {
      return null;
    }
    return new LinkdMessage.Told(id, done == 1, word, in.text());
  }

  private static @Nullable LinkdMessage readAnswer(int type, Fields in) {
    return switch (type) {
      case WELCOME -> readWelcome(in);
      case TOLD -> readTold(in);
      case PONG -> new LinkdMessage.Pong();
      case REFUSED -> new LinkdMessage.Refused(in.text());
      default -> null;
    };
  }

  private static @Nullable LinkdMessage readWelcome(Fields in) {
    int version = in.number();
    int bits = in.number();
    int count = in.number();
    if (count > LinkdMessage.MAX_INTERFACES) {
      return null;
    }
    Set<Operation> operations = EnumSet.noneOf(Operation.class);
    for (int i = 0; i < OPERATIONS.length; i++) {
      if ((bits & (1 << i)) != 0) {
        operations.add(OPERATIONS[i]);
      }
    }
    List<String> interfaces = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      interfaces.add(in.name());
    }
    return new LinkdMessage.Welcome(version, operations, interfaces);
  }

  /** Takes fields off the front; when one is not there, all that follows is nothing. */
  private static final class Fields {
    private static final InetAddress NOWHERE = ip(new byte[4]);

    private final ByteBuffer in;
    private boolean sound = true;

    Fields(ByteBuffer in) {
      this.in = in;
    }

    boolean isWholeAndSound() {
      return sound && !in.hasRemaining();
    }

    private boolean has(int bytes) {
      sound &= in.remaining() >= bytes;
      return sound;
    }

    int number() {
      return has(1) ? Byte.toUnsignedInt(in.get()) : 0;
    }

    int int32() {
      return has(4) ? in.getInt() : 0;
    }

    byte[] bytes(int length) {
      byte[] bytes = new byte[length];
      if (has(length)) {
        in.get(bytes);
      }
      return bytes;
    }

    InetAddress ip() {
      int length = number();
      sound &= length == 4 || length == 16;
      return sound && has(length) ? ip(bytes(length)) : NOWHERE;
    }

    private static InetAddress ip(byte[] bytes) {
      try {
        return InetAddress.getByAddress(bytes);
      } catch (UnknownHostException e) {
        throw new AssertionError("four or sixteen bytes are an address", e);
      }
    }

    /** The name of an interface: printable ASCII without blanks and slashes. */
    String name() {
      int length = number();
      sound &= length >= 1 && length <= MAX_NAME_BYTES;
      if (!sound || !has(length)) {
        return "";
      }
      byte[] bytes = bytes(length);
      for (byte b : bytes) {
        sound &= b > ' ' && b < 0x7f && b != '/';
      }
      return new String(bytes, StandardCharsets.US_ASCII);
    }

    /** A text for people: what a terminal might obey becomes a blank. */
    String text() {
      int length = number();
      sound &= length <= MAX_TEXT_BYTES;
      if (!sound || !has(length)) {
        return "";
      }
      return new String(bytes(length), StandardCharsets.UTF_8).replaceAll("\\p{C}", " ");
    }
  }
}
