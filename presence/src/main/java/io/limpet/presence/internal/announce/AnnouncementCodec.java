package io.limpet.presence.internal.announce;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import io.limpet.link.Bytes;
import io.limpet.link.MeshLink;
import io.limpet.presence.SharedActivity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The announcement as CBOR (RFC 8949), small enough to ride in every hello: {@code [version,
 * colours, status, [[id, type, title, open]…]]}, colours as six bytes and an identifier that is a
 * UUID as sixteen. A reader skips elements that it does not know at the end of any array.
 *
 * <p>Safe for any thread. Decoding never throws.
 */
public final class AnnouncementCodec {
  private static final int VERSION = 1;
  private static final int UUID_BYTES = 16;
  private static final int UUID_CHARS = 36;
  private static final int MAX_NESTING = 8;

  private static final CBORFactory CBOR =
      CBORFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_NESTING)
                  .maxStringLength(MeshLink.MAX_ANNOUNCEMENT_BYTES)
                  .maxDocumentLength(MeshLink.MAX_ANNOUNCEMENT_BYTES)
                  .build())
          .build();

  private AnnouncementCodec() {}

  /**
   * Writes at most {@link MeshLink#MAX_ANNOUNCEMENT_BYTES}: the status is cut, and so many of the
   * oldest activities are left out as do not fit.
   */
  public static Bytes encode(Announcement announcement) {
    List<SharedActivity> all = announcement.activities();
    int from = Math.max(0, all.size() - Announcement.MAX_ACTIVITIES);
    while (true) {
      byte[] encoded = write(announcement, all.subList(from, all.size()));
      if (encoded.length <= MeshLink.MAX_ANNOUNCEMENT_BYTES) {
        return Bytes.of(encoded);
      }
      from++; // Without activities it always fits: the status is bounded.
    }
  }

  private static byte[] write(Announcement announcement, List<SharedActivity> activities) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(MeshLink.MAX_ANNOUNCEMENT_BYTES);
    try (CBORGenerator cbor = CBOR.createGenerator(out)) {
      cbor.writeStartArray(announcement, 4);
      cbor.writeNumber(VERSION);
      cbor.writeBinary(Colours.toBytes(announcement.colours()));
      cbor.writeString(Text.truncateUtf8(announcement.status(), Announcement.MAX_STATUS_BYTES));
      cbor.writeStartArray(activities, activities.size());
      for (SharedActivity activity : activities) {
        cbor.writeStartArray(activity, 4);
        writeId(cbor, activity.id());
        cbor.writeString(activity.type());
        cbor.writeString(Text.truncateChars(activity.title(), Announcement.MAX_TITLE_CHARS));
        cbor.writeBoolean(activity.open());
        cbor.writeEndArray();
      }
      cbor.writeEndArray();
      cbor.writeEndArray();
    } catch (IOException e) {
      throw new UncheckedIOException("a write to memory cannot fail", e);
    }
    return out.toByteArray();
  }

  private static void writeId(CBORGenerator cbor, String id) throws IOException {
    if (id.length() == UUID_CHARS) {
      try {
        UUID uuid = UUID.fromString(id);
        if (uuid.toString().equals(id)) { // Only the canonical form comes back as it was.
          ByteBuffer bytes = ByteBuffer.allocate(UUID_BYTES);
          bytes.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
          cbor.writeBinary(bytes.array());
          return;
        }
      } catch (IllegalArgumentException e) {
        // Thirty-six characters that are no UUID go as text.
      }
    }
    cbor.writeString(id);
  }

  /** Reads an announcement from hostile bytes; empty if it is damaged or breaks a bound. */
  public static Optional<Announcement> decode(Bytes encoded) {
    if (encoded.length() > MeshLink.MAX_ANNOUNCEMENT_BYTES) {
      return Optional.empty();
    }
    try (JsonParser cbor = CBOR.createParser(encoded.toArray())) {
      expect(cbor.nextToken() == JsonToken.START_ARRAY);
      expect(cbor.nextToken() == JsonToken.VALUE_NUMBER_INT && cbor.getIntValue() >= VERSION);
      byte[] colours = binary(cbor, Colours.BYTES);
      String status = text(cbor, MeshLink.MAX_ANNOUNCEMENT_BYTES);
      expect(Text.utf8Length(status) <= Announcement.MAX_STATUS_BYTES);
      expect(cbor.nextToken() == JsonToken.START_ARRAY);
      List<SharedActivity> activities = new ArrayList<>();
      while (cbor.nextToken() == JsonToken.START_ARRAY) {
        expect(activities.size() < Announcement.MAX_ACTIVITIES);
        activities.add(activity(cbor));
      }
      expect(cbor.currentToken() == JsonToken.END_ARRAY);
      skipRest(cbor);
      return Optional.of(
          new Announcement(Colours.ofBytes(colours), Text.clean(status), activities));
    } catch (IOException | RuntimeException e) {
      // The parser's own guards throw unchecked exceptions too; hostile bytes get no further.
      return Optional.empty();
    }
  }

  private static SharedActivity activity(JsonParser cbor) throws IOException {
    String id;
    if (cbor.nextToken() == JsonToken.VALUE_EMBEDDED_OBJECT) {
      byte[] bytes = cbor.getBinaryValue();
      expect(bytes.length == UUID_BYTES);
      ByteBuffer uuid = ByteBuffer.wrap(bytes);
      id = new UUID(uuid.getLong(), uuid.getLong()).toString();
    } else {
      id = currentText(cbor, Announcement.MAX_ID_CHARS);
    }
    String type = text(cbor, Announcement.MAX_TYPE_CHARS);
    String title = text(cbor, Announcement.MAX_TITLE_CHARS);
    JsonToken open = cbor.nextToken();
    expect(open == JsonToken.VALUE_TRUE || open == JsonToken.VALUE_FALSE);
    skipRest(cbor);
    return new SharedActivity(
        Text.clean(id), Text.clean(type), Text.clean(title), open == JsonToken.VALUE_TRUE);
  }

  /** Skips what a later version added, up to the end of the array at hand. */
  private static void skipRest(JsonParser cbor) throws IOException {
    JsonToken token;
    while ((token = cbor.nextToken()) != JsonToken.END_ARRAY) {
      expect(token != null);
      cbor.skipChildren();
    }
  }

  private static byte[] binary(JsonParser cbor, int length) throws IOException {
    expect(cbor.nextToken() == JsonToken.VALUE_EMBEDDED_OBJECT);
    byte[] bytes = cbor.getBinaryValue();
    expect(bytes.length == length);
    return bytes;
  }

  private static String text(JsonParser cbor, int maxChars) throws IOException {
    cbor.nextToken();
    return currentText(cbor, maxChars);
  }

  private static String currentText(JsonParser cbor, int maxChars) throws IOException {
    expect(cbor.currentToken() == JsonToken.VALUE_STRING);
    String text = cbor.getText();
    expect(text.length() <= maxChars);
    return text;
  }

  private static void expect(boolean condition) throws IOException {
    if (!condition) {
      throw new IOException("not an announcement");
    }
  }
}
