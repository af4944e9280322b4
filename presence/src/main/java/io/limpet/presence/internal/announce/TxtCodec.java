package io.limpet.presence.internal.announce;

import io.limpet.link.MeshAddress;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The TXT record of {@code _limpet._udp} (RFC 6763, section 6): {@code a} mesh address, {@code k}
 * key fingerprint, {@code n} nickname, {@code e} epoch, {@code c} colours, {@code s} status, {@code
 * v} identifiers of activities, separated by commas.
 *
 * <p>Safe for any thread. Decoding never throws.
 */
public final class TxtCodec {
  /** Largest TXT data that is written or read: it shares one packet with the other records. */
  public static final int MAX_BYTES = 900;

  private static final int MAX_STRING_BYTES = 255;
  private static final int MAX_STRINGS = 32;

  private TxtCodec() {}

  /** Writes a record; so many of the oldest activities are left out as do not fit one string. */
  public static byte[] encode(MdnsRecord record) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    put(out, "a", record.address().toString());
    put(out, "k", record.fingerprint());
    put(out, "n", record.nickname());
    put(out, "e", Long.toString(record.epoch()));
    put(out, "c", record.colours());
    put(out, "s", Text.truncateUtf8(record.status(), Announcement.MAX_STATUS_BYTES));
    put(out, "v", ids(record.activities()));
    return out.toByteArray();
  }

  private static String ids(List<String> activities) {
    Deque<String> kept = new ArrayDeque<>();
    int bytes = 0;
    for (int i = activities.size() - 1; i >= 0 && kept.size() < Announcement.MAX_ACTIVITIES; i--) {
      String id = activities.get(i);
      if (id.isEmpty() || id.indexOf(',') >= 0) {
        continue; // It cannot be told apart in the list; the hello carries it.
      }
      bytes += Text.utf8Length(id) + 1;
      if (bytes > MAX_STRING_BYTES - 2) {
        break;
      }
      kept.addFirst(id);
    }
    return String.join(",", kept);
  }

  static void put(ByteArrayOutputStream out, String key, String value) {
    byte[] bytes = (key + '=' + value).getBytes(StandardCharsets.UTF_8);
    out.write(bytes.length);
    out.writeBytes(bytes);
  }

  /** Reads a record from hostile TXT data; empty if it is damaged or breaks a bound. */
  public static Optional<MdnsRecord> decode(byte[] txt) {
    Map<String, String> strings = split(txt);
    if (strings == null) {
      return Optional.empty();
    }
    MeshAddress address = Addresses.parse(strings.getOrDefault("a", "")).orElse(null);
    String fingerprint = strings.get("k");
    String nickname = strings.get("n");
    Long epoch = epoch(strings.get("e"));
    if (address == null || fingerprint == null || nickname == null || epoch == null) {
      return Optional.empty();
    }
    String status = strings.getOrDefault("s", "");
    int nicknameBytes = Text.utf8Length(nickname);
    if (!Fingerprint.isFingerprint(fingerprint)
        || nicknameBytes < 1
        || nicknameBytes > MdnsRecord.MAX_NICKNAME_BYTES
        || Text.utf8Length(status) > Announcement.MAX_STATUS_BYTES) {
      return Optional.empty();
    }
    String colours = Colours.parse(strings.getOrDefault("c", "")).orElse(Colours.DEFAULT);
    return activities(strings.getOrDefault("v", ""))
        .map(
            ids ->
                new MdnsRecord(
                    address,
                    fingerprint,
                    Text.clean(nickname),
                    colours,
                    Text.clean(status),
                    epoch,
                    ids));
  }

  /** Splits into keys and values, the first of a key counting (RFC 6763, section 6.4). */
  static @Nullable Map<String, String> split(byte[] txt) {
    if (txt.length > MAX_BYTES) {
      return null;
    }
    Map<String, String> strings = new HashMap<>();
    int count = 0;
    for (int at = 0; at < txt.length; ) {
      int length = txt[at++] & 0xFF;
      if (length > txt.length - at || ++count > MAX_STRINGS) {
        return null;
      }
      String text;
      try {
        text =
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(txt, at, length)).toString();
      } catch (CharacterCodingException e) {
        return null;
      }
      at += length;
      int equals = text.indexOf('=');
      if (equals > 0) {
        strings.putIfAbsent(
            text.substring(0, equals).toLowerCase(Locale.ROOT), text.substring(equals + 1));
      }
    }
    return strings;
  }

  private static @Nullable Long epoch(@Nullable String text) {
    if (text == null || text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return null;
    }
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException e) {
      return null; // More digits than a long holds.
    }
  }

  private static Optional<List<String>> activities(String text) {
    List<String> ids = new ArrayList<>();
    int start = 0;
    while (start < text.length()) {
      int comma = text.indexOf(',', start);
      int end = comma < 0 ? text.length() : comma;
      if (end - start > Announcement.MAX_ID_CHARS || ids.size() >= Announcement.MAX_ACTIVITIES) {
        return Optional.empty();
      }
      if (end > start) {
        ids.add(Text.clean(text.substring(start, end)));
      }
      start = end + 1;
    }
    return Optional.of(ids);
  }
}
