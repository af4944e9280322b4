package io.limpet.invitation.internal.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import io.limpet.link.MeshGroups.GroupKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Writes the fields of one message in order; the mirror of {@link FieldReader}. */
final class FieldWriter {
  private final JsonGenerator out;

  FieldWriter(JsonGenerator out) {
    this.out = out;
  }

  FieldWriter number(long value) throws IOException {
    out.writeNumber(value);
    return this;
  }

  FieldWriter bool(boolean value) throws IOException {
    out.writeBoolean(value);
    return this;
  }

  FieldWriter text(String value) throws IOException {
    out.writeString(value);
    return this;
  }

  FieldWriter bytes(Bytes value) throws IOException {
    out.writeBinary(value.toArray());
    return this;
  }

  FieldWriter address(MeshAddress value) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(MeshAddress.BYTES);
    value.write(bytes);
    out.writeBinary(bytes.array());
    return this;
  }

  FieldWriter addresses(List<MeshAddress> values) throws IOException {
    out.writeStartArray(values, values.size());
    for (MeshAddress value : values) {
      address(value);
    }
    out.writeEndArray();
    return this;
  }

  FieldWriter keys(List<GroupKey> values) throws IOException {
    out.writeStartArray(values, 2 * values.size());
    for (GroupKey key : values) {
      out.writeNumber(key.number());
      out.writeBinary(key.secret().toArray());
    }
    out.writeEndArray();
    return this;
  }
}
