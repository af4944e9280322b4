package io.limpet.node.internal.report;

import java.io.StringWriter;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Writes a page that is well-formed XML as well: whatever text goes in, it stays text. Not
 * thread-safe.
 */
final class Html {
  /** Longer than anything that a journal of ours has in one field. */
  private static final int MOST_CHARS = 2_000;

  private static final char REPLACEMENT = '\uFFFD';

  private final StringWriter page = new StringWriter();
  private final XMLStreamWriter xml;

  Html() {
    page.write("<!DOCTYPE html>\n");
    try {
      // The JDK's own: another one on the class path may have another mind.
      xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(page);
    } catch (XMLStreamException e) {
      throw new IllegalStateException("a string takes what is written", e);
    }
  }

  /**
   * Begins an element.
   *
   * @param attributes names and values, one after the other
   */
  Html open(String element, String... attributes) {
    try {
      xml.writeStartElement(element);
      attributes(attributes);
      return this;
    } catch (XMLStreamException e) {
      throw new IllegalStateException("a string takes what is written", e);
    }
  }

  /** Writes an element that has nothing in it. */
  Html empty(String element, String... attributes) {
    try {
      xml.writeEmptyElement(element);
      attributes(attributes);
      return this;
    } catch (XMLStreamException e) {
      throw new IllegalStateException("a string takes what is written", e);
    }
  }

  private void attributes(String... attributes) throws XMLStreamException {
    for (int i = 0; i + 1 < attributes.length; i += 2) {
      String value = attributes[i + 1];
      // Numbers of our own, of which a line has many.
      xml.writeAttribute(attributes[i], attributes[i].equals("points") ? value : clean(value));
    }
  }

  /** Ends the element that was begun last. */
  Html close() {
    try {
      xml.writeEndElement();
      return this;
    } catch (XMLStreamException e) {
      throw new IllegalStateException("a string takes what is written", e);
    }
  }

  Html text(String text) {
    try {
      xml.writeCharacters(clean(text));
      return this;
    } catch (XMLStreamException e) {
      throw new IllegalStateException("a string takes what is written", e);
    }
  }

  /** Writes an element with a text in it. */
  Html leaf(String element, String text, String... attributes) {
    return open(element, attributes).text(text).close();
  }

  /** Writes a style sheet of our own, which is not bounded in length. */
  Html style(String sheet) {
    try {
      xml.writeStartElement("style");
      xml.writeCharacters(sheet);
      xml.writeEndElement();
      return this;
    } catch (XMLStreamException e) {
      throw new IllegalStateException("a string takes what is written", e);
    }
  }

  /** Returns the whole page. */
  String page() {
    try {
      xml.flush();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("a string takes what is written", e);
    }
    return page + "\n";
  }

  /** What no page may hold, and what turns the direction of the text around it, is replaced. */
  static String clean(String text) {
    StringBuilder clean = new StringBuilder();
    text.codePoints()
        .limit(MOST_CHARS)
        .forEach(c -> clean.appendCodePoint(isHarmless(c) ? c : REPLACEMENT));
    return clean.toString();
  }

  private static boolean isHarmless(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL -> c == '\n' || c == '\t';
      case Character.SURROGATE, Character.UNASSIGNED -> false;
      case Character.FORMAT -> c == '\u200D' || c == '\u00AD';
      default -> c != '\uFFFE' && c != '\uFFFF';
    };
  }
}
