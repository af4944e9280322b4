package io.limpet.invitation.internal.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import io.limpet.invitation.Invitation;
import io.limpet.invitation.internal.wire.Message.Admit;
import io.limpet.invitation.internal.wire.Message.Admitted;
import io.limpet.invitation.internal.wire.Message.Carried;
import io.limpet.invitation.internal.wire.Message.Decision;
import io.limpet.invitation.internal.wire.Message.Invite;
import io.limpet.invitation.internal.wire.Message.Join;
import io.limpet.invitation.internal.wire.Message.JoinRefused;
import io.limpet.invitation.internal.wire.Message.Leave;
import io.limpet.invitation.internal.wire.Message.Members;
import io.limpet.invitation.internal.wire.Message.MembersSeen;
import io.limpet.invitation.internal.wire.Message.NotMember;
import io.limpet.invitation.internal.wire.Message.Outcome;
import io.limpet.invitation.internal.wire.Message.Receipt;
import io.limpet.invitation.internal.wire.Message.Refused;
import io.limpet.invitation.internal.wire.Message.SnapshotNone;
import io.limpet.invitation.internal.wire.Message.SnapshotPart;
import io.limpet.invitation.internal.wire.Message.SnapshotWanted;
import io.limpet.invitation.internal.wire.Message.Withdraw;
import io.limpet.invitation.internal.wire.Message.Withdrawn;
import io.limpet.link.MeshGroups;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Messages as CBOR (RFC 8949): an array of protocol version, message code, and the fields in the
 * order of the record. Fields may be added at the end; readers skip what they do not know. Safe for
 * any thread.
 */
public final class MessageCodec {
  /** The protocol's version: a peer that says another is not understood. */
  public static final int VERSION = 1;

  /** Beyond any version that is reached by counting, and one can still be added. */
  private static final long MAX_VERSION = Long.MAX_VALUE - 1;

  private static final List<Invitation.State> STATES =
      List.of(
          Invitation.State.PENDING,
          Invitation.State.DELIVERED,
          Invitation.State.ACCEPTED,
          Invitation.State.DECLINED,
          Invitation.State.WITHDRAWN,
          Invitation.State.EXPIRED);

  private static final CBORFactory FACTORY =
      CBORFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(4)
                  .maxStringLength(Limits.MAX_FRAME_BYTES)
                  .maxDocumentLength(Limits.MAX_FRAME_BYTES)
                  .build())
          .build();

  private MessageCodec() {}

  /** Returns a message's bytes, at most {@link Limits#MAX_FRAME_BYTES}. */
  public static byte[] encode(Message message) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
    try (CBORGenerator generator = FACTORY.createGenerator(bytes)) {
      generator.writeStartArray();
      FieldWriter out = new FieldWriter(generator).number(VERSION);
      if (message instanceof Message.OfInvitation invitation) {
        writeInvitation(out, invitation);
      } else if (message instanceof Message.OfActivity activity) {
        writeActivity(out, activity);
      } else if (message instanceof Message.OfGroup group) {
        writeGroup(out, group);
      }
      generator.writeEndArray();
    } catch (IOException e) {
      throw new UncheckedIOException("a byte array takes every write", e);
    }
    return bytes.toByteArray();
  }

  /** Reads one message; whatever the bytes, it returns a valid one or throws the one exception. */
  public static Message decode(byte[] bytes) throws MalformedMessageException {
    if (bytes.length > Limits.MAX_FRAME_BYTES) {
      throw new MalformedMessageException("a frame longer than " + Limits.MAX_FRAME_BYTES);
    }
    try (JsonParser parser = FACTORY.createParser(bytes)) {
      FieldReader in = new FieldReader(parser);
      in.startArray();
      long version = in.number(0, Integer.MAX_VALUE);
      if (version != VERSION) {
        throw new MalformedMessageException("protocol version " + version);
      }
      Message message = read(in, (int) in.number(0, 255));
      in.end();
      return message;
    } catch (IOException | RuntimeException e) {
      // A parser fed hostile bytes may fail in ways of its own; the border turns all into one.
      throw new MalformedMessageException("not CBOR of ours: " + e.getClass().getSimpleName());
    }
  }

  private static void writeInvitation(FieldWriter out, Message.OfInvitation message)
      throws IOException {
    if (message instanceof Invite m) {
      out.number(1).text(m.id()).text(m.activity()).text(m.type()).text(m.title());
      out.address(m.owner()).text(m.fromName()).number(m.remainingMs());
    } else if (message instanceof Receipt m) {
      out.number(2).text(m.id());
    } else if (message instanceof Refused m) {
      out.number(3).text(m.id()).text(m.reason());
    } else if (message instanceof Decision m) {
      out.number(4).text(m.id()).bool(m.accepted()).text(m.reason());
    } else if (message instanceof Outcome m) {
      out.number(5).text(m.id()).number(STATES.indexOf(m.state()));
    } else if (message instanceof Withdraw m) {
      out.number(6).text(m.id()).text(m.reason());
    } else if (message instanceof Withdrawn m) {
      out.number(7).text(m.id());
    }
  }

  private static void writeActivity(FieldWriter out, Message.OfActivity message)
      throws IOException {
    if (message instanceof Join m) {
      out.number(16).text(m.activity()).number(m.version()).text(m.invitation());
    } else if (message instanceof JoinRefused m) {
      out.number(17).text(m.activity()).text(m.invitation()).text(m.reason());
    } else if (message instanceof Admit m) {
      out.number(18).text(m.activity()).address(m.person()).text(m.invitation());
    } else if (message instanceof Admitted m) {
      out.number(19).text(m.activity()).text(m.invitation());
    } else if (message instanceof Leave m) {
      out.number(20).text(m.activity()).number(m.version());
    } else if (message instanceof Members m) {
      out.number(21).text(m.activity()).text(m.type()).text(m.title()).bool(m.open());
      out.bool(m.ended()).number(m.version()).addresses(m.members()).keys(m.keys());
      out.number(m.retainMs());
    } else if (message instanceof MembersSeen m) {
      out.number(22).text(m.activity()).number(m.version());
    } else if (message instanceof NotMember m) {
      out.number(23).text(m.activity()).number(m.version());
    }
  }

  private static void writeGroup(FieldWriter out, Message.OfGroup message) throws IOException {
    if (message instanceof Carried m) {
      out.number(35).text(m.activity()).bytes(m.packet());
    } else if (message instanceof SnapshotWanted m) {
      out.number(36).text(m.activity()).number(m.id()).number(m.offset());
    } else if (message instanceof SnapshotPart m) {
      out.number(37).text(m.activity()).number(m.id()).number(m.total());
      out.number(m.offset()).bytes(m.bytes());
    } else if (message instanceof SnapshotNone m) {
      out.number(38).text(m.activity());
    }
  }

  private static Message read(FieldReader in, int code)
      throws IOException, MalformedMessageException {
    return switch (code) {
      case 1 ->
          new Invite(
              in.id(),
              in.id(),
              in.text(Limits.MAX_TYPE),
              in.text(Limits.MAX_TITLE),
              in.address(),
              in.text(Limits.MAX_NAME),
              in.number(0, Limits.MAX_REMAINING_MS));
      case 2 -> new Receipt(in.id());
      case 3 -> new Refused(in.id(), in.text(Limits.MAX_REASON));
      case 4 -> new Decision(in.id(), in.bool(), in.text(Limits.MAX_REASON));
      case 5 -> new Outcome(in.id(), STATES.get((int) in.number(2, STATES.size() - 1)));
      case 6 -> new Withdraw(in.id(), in.text(Limits.MAX_REASON));
      case 7 -> new Withdrawn(in.id());
      case 16 -> new Join(in.id(), in.number(0, MAX_VERSION), in.idOrNone());
      case 17 -> new JoinRefused(in.id(), in.idOrNone(), in.text(Limits.MAX_REASON));
      case 18 -> new Admit(in.id(), in.address(), in.id());
      case 19 -> new Admitted(in.id(), in.id());
      case 20 -> new Leave(in.id(), in.number(0, MAX_VERSION));
      case 21 ->
          new Members(
              in.id(),
              in.text(Limits.MAX_TYPE),
              in.text(Limits.MAX_TITLE),
              in.bool(),
              in.bool(),
              in.number(1, MAX_VERSION),
              in.addresses(Limits.MAX_MEMBERS),
              in.keys(MeshGroups.MAX_KEYS),
              in.number(Limits.MIN_RETAIN_MS, Limits.MAX_REMAINING_MS));
      case 22 -> new MembersSeen(in.id(), in.number(1, MAX_VERSION));
      case 23 -> new NotMember(in.id(), in.number(0, MAX_VERSION));
      case 35 -> new Carried(in.id(), in.bytes(Limits.MAX_PACKET));
      case 36 ->
          new SnapshotWanted(
              in.id(), in.number(0, Long.MAX_VALUE), (int) in.number(0, Limits.MAX_SNAPSHOT));
      case 37 ->
          new SnapshotPart(
              in.id(),
              in.number(1, Long.MAX_VALUE),
              (int) in.number(0, Limits.MAX_SNAPSHOT),
              (int) in.number(0, Limits.MAX_SNAPSHOT),
              in.bytes(Limits.MAX_SNAPSHOT_PART));
      case 38 -> new SnapshotNone(in.id());
      default -> throw new MalformedMessageException("message code " + code);
    };
  }
}
