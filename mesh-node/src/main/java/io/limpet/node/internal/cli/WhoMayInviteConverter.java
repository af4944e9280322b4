package io.limpet.node.internal.cli;

import io.limpet.invitation.WhoMayInvite;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads whose invitations are taken: {@code everyone}, {@code known} or {@code nobody}. */
final class WhoMayInviteConverter implements ITypeConverter<WhoMayInvite> {
  @Override
  public WhoMayInvite convert(String text) {
    return WhoMayInvite.ofWord(text.toLowerCase(Locale.ROOT))
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "may invite: everyone, known or nobody, not '" + text + "'"));
  }
}
