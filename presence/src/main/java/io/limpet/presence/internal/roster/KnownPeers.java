package io.limpet.presence.internal.roster;

import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import io.limpet.presence.internal.announce.Addresses;
import io.limpet.presence.internal.announce.MdnsRecord;
import io.limpet.presence.internal.announce.Text;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Trust on first use: the key that first came with a nickname stays the key of that nickname, until
 * a person edits the file.
 *
 * <p>When the book is full nothing is pinned any more. Forgetting the oldest instead would let a
 * stranger with many names push a friend's pin out and then take the friend's name.
 *
 * <p>Not safe for threads.
 */
public final class KnownPeers {
  /** Most pins that are kept. */
  public static final int MAX_PINS = 4096;

  /** Most names that one address may pin: a peer that renames itself must not take every name. */
  static final int MAX_NAMES_PER_ADDRESS = 4;

  private static final int KEY_BYTES = 32;
  private static final int FIELDS = 4;
  private static final String HEADING =
      """
      # Who first used which name, and with which key: nickname, address, key, first seen.
      # To accept a new key for a name, delete its line.
      """;

  private final Map<String, Pin> pinsByName = new LinkedHashMap<>();
  private final Map<MeshAddress, Pin> firstPinByAddress = new HashMap<>();
  private final Map<MeshAddress, Integer> namesByAddress = new HashMap<>();

  /** A nickname and the key that it was first used with. */
  public record Pin(String nickname, MeshAddress address, Bytes key, Instant firstSeen) {}

  /** What the book says about a nickname and a key. */
  public enum Verdict {
    /** Never seen: now pinned. */
    FIRST_USE,
    /** The pinned key. */
    SAME_KEY,
    /** The name is pinned to another key. */
    OTHER_KEY,
    /** Never seen, and not pinned, because the book is full. */
    NOT_PINNED
  }

  /** Makes an empty book. */
  public KnownPeers() {}

  /** Compares a proven key with the pin of its nickname, and pins it at first use. */
  public Verdict check(String nickname, MeshAddress address, Bytes key, Instant now) {
    Pin pin = pinsByName.get(Text.fold(nickname));
    if (pin != null) {
      return pin.key().equals(key) ? Verdict.SAME_KEY : Verdict.OTHER_KEY;
    }
    return add(new Pin(nickname, address, key, now.truncatedTo(ChronoUnit.SECONDS)))
        ? Verdict.FIRST_USE
        : Verdict.NOT_PINNED;
  }

  private boolean add(Pin pin) {
    int names = namesByAddress.getOrDefault(pin.address(), 0);
    if (pinsByName.size() >= MAX_PINS || names >= MAX_NAMES_PER_ADDRESS) {
      return false;
    }
    pinsByName.put(Text.fold(pin.nickname()), pin);
    firstPinByAddress.putIfAbsent(pin.address(), pin);
    namesByAddress.put(pin.address(), names + 1);
    return true;
  }

  /** Returns the pin of a nickname. */
  public Optional<Pin> pin(String nickname) {
    return Optional.ofNullable(pinsByName.get(Text.fold(nickname)));
  }

  /** Returns the first pin of an address. */
  public Optional<Pin> pin(MeshAddress address) {
    return Optional.ofNullable(firstPinByAddress.get(address));
  }

  /** Returns every pin, oldest first. */
  public Collection<Pin> pins() {
    return Collections.unmodifiableCollection(pinsByName.values());
  }

  /** Returns the book as text: one line a pin, its fields separated by spaces. */
  public String format() {
    StringBuilder out = new StringBuilder(HEADING);
    for (Pin pin : pinsByName.values()) {
      out.append(URLEncoder.encode(pin.nickname(), StandardCharsets.UTF_8))
          .append(' ')
          .append(pin.address())
          .append(' ')
          .append(pin.key())
          .append(' ')
          .append(pin.firstSeen())
          .append('\n');
    }
    return out.toString();
  }

  /**
   * Reads a book.
   *
   * @throws CorruptException if a line cannot be read, or a name occurs twice: a book that is half
   *     understood must not decide whom to trust
   */
  public static KnownPeers parse(String text) throws CorruptException {
    KnownPeers book = new KnownPeers();
    List<String> lines = new ArrayList<>(text.lines().toList());
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      Pin pin = parseLine(line).orElse(null);
      if (pin == null || book.pin(pin.nickname()).isPresent() || !book.add(pin)) {
        throw new CorruptException("line " + (i + 1) + " cannot be read");
      }
    }
    return book;
  }

  private static Optional<Pin> parseLine(String line) {
    String[] fields = line.split(" +", FIELDS + 1);
    if (fields.length != FIELDS) {
      return Optional.empty();
    }
    try {
      String nickname = URLDecoder.decode(fields[0], StandardCharsets.UTF_8);
      int nicknameBytes = Text.utf8Length(nickname);
      byte[] key = HexFormat.of().parseHex(fields[2]);
      Instant firstSeen = Instant.parse(fields[3]);
      if (nicknameBytes < 1
          || nicknameBytes > MdnsRecord.MAX_NICKNAME_BYTES
          || key.length != KEY_BYTES) {
        return Optional.empty();
      }
      return Addresses.parse(fields[1])
          .map(address -> new Pin(nickname, address, Bytes.of(key), firstSeen));
    } catch (IllegalArgumentException | DateTimeException e) {
      return Optional.empty();
    }
  }

  /** The file is not a book of known peers; the message says where. */
  public static final class CorruptException extends Exception {
    private static final long serialVersionUID = 1L;

    CorruptException(String message) {
      super(message);
    }
  }
}
