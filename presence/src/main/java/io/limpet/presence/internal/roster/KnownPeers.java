package io.limpet.presence.internal.roster;

import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import io.limpet.presence.Acquaintance;
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
import java.util.stream.Collectors;

/**
 * Trust on first use: the key that first came with a nickname stays the key of that nickname, until
 * a person confirms another or edits the file. And whom this laptop's person knows: that is of the
 * address alone, which is computed from the key.
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

  /** Most acquaintances that are kept; each is made by a person's own act. */
  public static final int MAX_ACQUAINTANCES = 4096;

  private static final String KNOWN = "@known";
  private static final String VERIFIED = "@verified";
  private static final int ACQUAINTANCE_FIELDS = 3;
  private static final int KEY_BYTES = 32;
  private static final int FIELDS = 4;
  private static final String HEADING =
      """
      # Who first used which name, and with which key: nickname, address, key, first seen.
      # To accept a new key for a name, delete its line, or compare digits: limpet verify PEER.
      # @known and @verified: whom this laptop's person has dealt with, or compared digits with.
      """;

  private final Map<String, Pin> pinsByName = new LinkedHashMap<>();
  private final Map<MeshAddress, Pin> firstPinByAddress = new HashMap<>();
  private final Map<MeshAddress, Integer> namesByAddress = new HashMap<>();
  private final Map<MeshAddress, Acquainted> acquaintances = new LinkedHashMap<>();

  /** A nickname and the key that it was first used with. */
  public record Pin(String nickname, MeshAddress address, Bytes key, Instant firstSeen) {}

  private record Acquainted(Acquaintance how, Instant since) {}

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

  private void remove(Pin pin) {
    pinsByName.remove(Text.fold(pin.nickname()));
    namesByAddress.merge(pin.address(), -1, (a, b) -> a + b == 0 ? null : a + b);
    firstPinByAddress.remove(pin.address());
    oldestPin(pin.address()).ifPresent(other -> firstPinByAddress.put(pin.address(), other));
  }

  private Optional<Pin> oldestPin(MeshAddress address) {
    return pinsByName.values().stream().filter(pin -> pin.address().equals(address)).findFirst();
  }

  // ---- acquaintances ----

  /**
   * Remembers that this laptop's person deals with somebody. Returns whether anything is new.
   *
   * <p>Of too many the one that was made known longest ago is forgotten; who is verified stays.
   */
  public boolean acquaint(MeshAddress address, Instant now) {
    if (acquaintances.containsKey(address) || !makeRoomForAcquaintance()) {
      return false;
    }
    acquaintances.put(
        address, new Acquainted(Acquaintance.KNOWN, now.truncatedTo(ChronoUnit.SECONDS)));
    return true;
  }

  /**
   * Remembers that a key was compared by two people, and gives it the nickname, whoever had it.
   * Returns false if there are too many who are verified.
   */
  public boolean verify(String nickname, MeshAddress address, Bytes key, Instant now) {
    acquaintances.remove(address);
    if (!makeRoomForAcquaintance()) {
      return false;
    }
    Instant seconds = now.truncatedTo(ChronoUnit.SECONDS);
    acquaintances.put(address, new Acquainted(Acquaintance.VERIFIED, seconds));
    Pin pin = pinsByName.get(Text.fold(nickname));
    if (pin != null && !pin.key().equals(key)) {
      remove(pin);
      pin = null;
    }
    if (pin == null) {
      if (namesByAddress.getOrDefault(address, 0) >= MAX_NAMES_PER_ADDRESS) {
        oldestPin(address).ifPresent(this::remove);
      }
      add(new Pin(nickname, address, key, seconds));
    }
    return true;
  }

  private boolean makeRoomForAcquaintance() {
    if (acquaintances.size() < MAX_ACQUAINTANCES) {
      return true;
    }
    return acquaintances.values().stream()
        .filter(each -> each.how() == Acquaintance.KNOWN)
        .findFirst()
        .map(acquaintances.values()::remove)
        .orElse(false);
  }

  /** Returns how well this laptop's person knows somebody. */
  public Acquaintance acquaintance(MeshAddress address) {
    Acquainted acquainted = acquaintances.get(address);
    return acquainted == null ? Acquaintance.STRANGER : acquainted.how();
  }

  /** Returns a copy of all acquaintances. */
  public Map<MeshAddress, Acquaintance> acquaintances() {
    return acquaintances.entrySet().stream()
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, each -> each.getValue().how()));
  }

  // ---- pins ----

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
    acquaintances.forEach(
        (address, acquainted) ->
            out.append(acquainted.how() == Acquaintance.VERIFIED ? VERIFIED : KNOWN)
                .append(' ')
                .append(address)
                .append(' ')
                .append(acquainted.since())
                .append('\n'));
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
      if (!(line.startsWith("@") ? book.readAcquaintance(line) : book.readPin(line))) {
        throw new CorruptException("line " + (i + 1) + " cannot be read");
      }
    }
    return book;
  }

  private boolean readPin(String line) {
    Pin pin = parsePin(line).orElse(null);
    return pin != null && pin(pin.nickname()).isEmpty() && add(pin);
  }

  private boolean readAcquaintance(String line) {
    String[] fields = line.split(" +", ACQUAINTANCE_FIELDS + 1);
    boolean verified = fields[0].equals(VERIFIED);
    if (fields.length != ACQUAINTANCE_FIELDS || !(verified || fields[0].equals(KNOWN))) {
      return false;
    }
    try {
      Instant since = Instant.parse(fields[2]);
      Acquainted acquainted =
          new Acquainted(verified ? Acquaintance.VERIFIED : Acquaintance.KNOWN, since);
      MeshAddress address = Addresses.parse(fields[1]).orElse(null);
      return address != null
          && acquaintances.size() < MAX_ACQUAINTANCES
          && acquaintances.putIfAbsent(address, acquainted) == null;
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static Optional<Pin> parsePin(String line) {
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
