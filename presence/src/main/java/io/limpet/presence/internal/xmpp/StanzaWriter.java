package io.limpet.presence.internal.xmpp;

import com.fasterxml.aalto.stax.OutputFactoryImpl;
import java.io.ByteArrayOutputStream;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes our side of a stream. */
final class StanzaWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final XMLStreamWriter xml;

  StanzaWriter() {
    try {
      xml = new OutputFactoryImpl().createXMLStreamWriter(out, "UTF-8");
    } catch (XMLStreamException e) {
      throw new IllegalStateException("an XML writer needs memory only", e);
    }
  }

  @FunctionalInterface
  private interface Step {
    void write() throws XMLStreamException;
  }

  void header(String from, String to) {
    write(
        () -> {
          xml.writeStartDocument("UTF-8", "1.0");
          xml.writeStartElement("stream", "stream", Xmpp.STREAMS);
          xml.writeDefaultNamespace(Xmpp.CLIENT);
          xml.writeNamespace("stream", Xmpp.STREAMS);
          xml.writeAttribute("from", from);
          if (!to.isEmpty()) {
            xml.writeAttribute("to", to);
          }
          xml.writeAttribute("version", "1.0");
          xml.writeCharacters(""); // Ends the tag.
        });
  }

  /** There are none: no encryption, no compression. */
  void features() {
    write(() -> xml.writeEmptyElement("stream", "features", Xmpp.STREAMS));
    write(() -> xml.writeCharacters(""));
  }

  /**
   * Writes a line that went through {@link Xmpp#line}: as text, and in the form that iChat began
   * with, because libpurple takes a text alone for HTML, and drops what looks like a tag.
   */
  void line(String from, String to, String text) {
    write(
        () -> {
          xml.writeStartElement(Xmpp.CLIENT, "message");
          xml.writeAttribute("from", from);
          xml.writeAttribute("to", to);
          xml.writeAttribute("type", "chat");
          xml.writeStartElement(Xmpp.CLIENT, "body");
          xml.writeCharacters(text);
          xml.writeEndElement();
          xml.writeStartElement("", "html", Xmpp.XHTML);
          xml.writeDefaultNamespace(Xmpp.XHTML);
          xml.writeStartElement(Xmpp.XHTML, "body");
          xml.writeStartElement(Xmpp.XHTML, "font");
          xml.writeCharacters(text);
          xml.writeEndElement();
          xml.writeEndElement();
          xml.writeEndElement();
          xml.writeEndElement();
        });
  }

  void end() {
    write(xml::writeEndElement);
  }

  private void write(Step step) {
    try {
      step.write();
      xml.flush();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("what cannot be written as XML was not cleaned before", e);
    }
  }

  /** Returns what was written since the last call. */
  byte[] take() {
    byte[] bytes = out.toByteArray();
    out.reset();
    return bytes;
  }
}
