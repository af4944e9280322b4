package io.limpet.presence.internal.xmpp;

import com.fasterxml.aalto.AsyncByteArrayFeeder;
import com.fasterxml.aalto.AsyncXMLStreamReader;
import com.fasterxml.aalto.stax.InputFactoryImpl;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the other side of a stream says, in whatever pieces it arrives. Hostile input ends in
 * the one exception, and never takes more memory than the bounds in {@link Xmpp} allow.
 */
final class StanzaReader {
  /** Bounds are looked at between slices, so they hold to within one. */
  private static final int SLICE_BYTES = 512;

  private static final int STREAM_DEPTH = 1;
  private static final int STANZA_DEPTH = 2;
  private static final int BODY_DEPTH = 3;

  // A factory of its own: the names that a stranger makes up go with the stream.
  private final AsyncXMLStreamReader<AsyncByteArrayFeeder> parser =
      new InputFactoryImpl().createAsyncForByteArray();
  private final Deque<Item> items = new ArrayDeque<>();
  private final StringBuilder body = new StringBuilder();
  private int streamBytes;
  private int stanzaBytes;
  private int depth;
  private boolean inLine;
  private boolean inBody;
  private boolean hasBody;
  private boolean ended;

  /** What a stream says. */
  sealed interface Item {
    /**
     * It begins.
     *
     * @param from who says so, may be empty
     * @param featured whether they expect the features of version 1.0 to be listed
     */
    record Header(String from, boolean featured) implements Item {}

    /** A line of chat, as it was written, cut where it is too long. */
    record Line(String text) implements Item {}

    /** It ends, in order or with an error of the other side's. */
    record End() implements Item {}
  }

  /** Takes bytes. */
  void onBytes(byte[] bytes) throws MalformedStreamException {
    for (int at = 0; at < bytes.length && !ended; at += SLICE_BYTES) {
      int length = Math.min(SLICE_BYTES, bytes.length - at);
      streamBytes += length;
      stanzaBytes += length;
      if (streamBytes > Xmpp.MAX_STREAM_BYTES) {
        throw new MalformedStreamException("more than is taken from one stream");
      }
      if (stanzaBytes > Xmpp.MAX_STANZA_BYTES) {
        throw new MalformedStreamException("a stanza larger than is taken");
      }
      try {
        parser.getInputFeeder().feedInput(bytes, at, length);
        parse();
      } catch (XMLStreamException | RuntimeException e) {
        // The parser is a library: whatever it throws, it is the stranger's bytes that did it.
        throw new MalformedStreamException("not XML: " + e.getClass().getSimpleName());
      }
    }
  }

  /** Returns the next thing that was said, or null. */
  @Nullable Item poll() {
    return items.poll();
  }

  private void parse() throws XMLStreamException, MalformedStreamException {
    while (!ended) {
      switch (parser.next()) {
        case AsyncXMLStreamReader.EVENT_INCOMPLETE, XMLStreamConstants.END_DOCUMENT -> {
          return;
        }
        case XMLStreamConstants.START_DOCUMENT -> {}
        case XMLStreamConstants.START_ELEMENT -> onStart();
        case XMLStreamConstants.END_ELEMENT -> onEnd();
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE ->
            onText();
        // RFC 6120, section 11.1: no comments, instructions, DTDs nor entities of one's own.
        default -> throw new MalformedStreamException("XML that streams must not have");
      }
    }
  }

  private void onStart() throws MalformedStreamException {
    depth++;
    if (depth > Xmpp.MAX_DEPTH) {
      throw new MalformedStreamException("nested deeper than is taken");
    }
    String name = parser.getLocalName();
    String namespace = namespace();
    if (depth == STREAM_DEPTH) {
      if (!name.equals("stream") || !namespace.equals(Xmpp.STREAMS)) {
        throw new MalformedStreamException("no stream of XMPP");
      }
      stanzaBytes = 0;
      items.add(new Item.Header(attribute("from"), attribute("version").startsWith("1.")));
    } else if (depth == STANZA_DEPTH) {
      if (name.equals("error") && namespace.equals(Xmpp.STREAMS)) {
        end();
        return;
      }
      String type = attribute("type");
      inLine =
          name.equals("message")
              && isClients(namespace)
              && (type.isEmpty() || type.equals("chat") || type.equals("normal"));
      hasBody = false;
      body.setLength(0);
    } else if (depth == BODY_DEPTH && inLine && !hasBody) {
      inBody = name.equals("body") && isClients(namespace);
    }
  }

  private void onEnd() {
    if (depth == BODY_DEPTH && inBody) {
      inBody = false;
      hasBody = true;
    } else if (depth == STANZA_DEPTH) {
      stanzaBytes = 0;
      String text = Xmpp.line(body.toString());
      if (inLine && !text.isEmpty()) {
        items.add(new Item.Line(text));
      }
      inLine = false;
    } else if (depth == STREAM_DEPTH) {
      end();
    }
    depth--;
  }

  private void onText() throws XMLStreamException {
    if (inBody && depth == BODY_DEPTH) {
      String text = parser.getText();
      int room = Xmpp.MAX_LINE_CHARS - body.length();
      if (room >= text.length()) {
        body.append(text);
      } else if (room > 0) {
        body.append(text, 0, room - 1).append('…');
      }
    } else if (depth == STREAM_DEPTH) {
      stanzaBytes = 0; // Blanks between stanzas keep a connection alive.
    }
  }

  private void end() {
    ended = true;
    items.add(new Item.End());
  }

  private String namespace() {
    String namespace = parser.getNamespaceURI();
    return namespace == null ? "" : namespace;
  }

  private static boolean isClients(String namespace) {
    return namespace.equals(Xmpp.CLIENT) || namespace.isEmpty();
  }

  private String attribute(String name) {
    String value = parser.getAttributeValue("", name);
    return value == null ? "" : value;
  }
}
