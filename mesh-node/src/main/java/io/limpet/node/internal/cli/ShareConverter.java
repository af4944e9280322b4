package io.limpet.node.internal.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a share of the airtime as a person writes it: {@code 2%} or {@code 0.5%}. */
final class ShareConverter implements ITypeConverter<Double> {
  private static final double LEAST = 0.1;
  private static final double MOST = 50;

  @Override
  public Double convert(String text) {
    String number = text.endsWith("%") ? text.substring(0, text.length() - 1) : text;
    try {
      double percent = Double.parseDouble(number.strip());
      if (percent >= LEAST && percent <= MOST) {
        return percent / 100;
      }
    } catch (NumberFormatException e) {
      // Said below, as for a number that is out of range.
    }
    throw new TypeConversionException("an airtime is 0.1% to 50%, not '" + text + "'");
  }
}
