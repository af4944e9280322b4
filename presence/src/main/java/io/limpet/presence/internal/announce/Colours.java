package io.limpet.presence.internal.announce;

import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** A person's two colours, stroke and fill, written {@code #rrggbb,#rrggbb}. */
public final class Colours {
  /** What somebody wears who announces none that can be read. */
  public static final String DEFAULT = "#808080,#c0c0c0";

  /** Six bytes: red, green, blue of the stroke, then of the fill. */
  static final int BYTES = 6;

  private static final Pattern FORM = Pattern.compile("#[0-9a-fA-F]{6},#[0-9a-fA-F]{6}");

  private Colours() {}

  /** Returns the colours in lower case, or nothing if they are not of the form. */
  public static Optional<String> parse(String text) {
    return text.length() == DEFAULT.length() && FORM.matcher(text).matches()
        ? Optional.of(text.toLowerCase(Locale.ROOT))
        : Optional.empty();
  }

  static byte[] toBytes(String colours) {
    return HexFormat.of().parseHex(colours.replace("#", "").replace(",", ""));
  }

  static String ofBytes(byte[] bytes) {
    HexFormat hex = HexFormat.of();
    return '#' + hex.formatHex(bytes, 0, 3) + ",#" + hex.formatHex(bytes, 3, BYTES);
  }
}
