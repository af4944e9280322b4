package io.limpet.node.internal.cli;

import io.limpet.link.SiteHook;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a site hook as a person writes it. */
final class SiteHookConverter implements ITypeConverter<SiteHook> {
  @Override
  public SiteHook convert(String command) {
    try {
      return SiteHook.parse(command);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }
}
