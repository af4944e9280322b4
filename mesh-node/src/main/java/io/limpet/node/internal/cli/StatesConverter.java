package io.limpet.node.internal.cli;

import io.limpet.link.KernelSocket.State;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A state of a connection as RFC 9293 writes it or with underscores, or as {@code ss} has it. */
final class StatesConverter implements ITypeConverter<State> {
  @Override
  public State convert(String text) {
    String name = text.toUpperCase(Locale.ROOT).replace('-', '_');
    for (State state : State.values()) {
      if (state.name().equals(name) || state.name().replace("_", "").equals(name)) {
        return state;
      }
    }
    return switch (name) {
      case "ESTAB" -> State.ESTABLISHED;
      case "SYN_RECV" -> State.SYN_RECEIVED;
      case "FIN_WAIT1" -> State.FIN_WAIT_1;
      case "FIN_WAIT2" -> State.FIN_WAIT_2;
      default ->
          throw new TypeConversionException(
              "'"
                  + text
                  + "' is no state: "
                  + Arrays.stream(State.values())
                      .map(State::name)
                      .collect(Collectors.joining(" ")));
    };
  }
}
