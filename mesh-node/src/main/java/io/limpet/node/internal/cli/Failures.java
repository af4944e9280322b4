package io.limpet.node.internal.cli;

import io.limpet.node.NodeException;
import io.limpet.node.internal.control.ControlException;
import java.util.Collection;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says of each failure one line on standard error, and its exit code. */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {
  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine at = e.getCommandLine();
    String usage = at.getCommandSpec().qualifiedName();
    at.getErr().println("limpet: " + oneLine(e) + " (try '" + usage + " --help')");
    return Limpet.WRONG_USAGE;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine at, ParseResult parsed) {
    at.getErr().println("limpet: " + oneLine(e));
    if (!(e instanceof ControlException || e instanceof NodeException)) {
      e.printStackTrace(at.getErr());
    }
    return e instanceof ControlException control ? control.exitCode() : Limpet.FAILED;
  }

  private static String oneLine(Exception e) {
    if (e instanceof UnmatchedArgumentException unmatched) {
      String word = unmatched.getUnmatched().get(0);
      Optional<String> nearest = Nearest.to(word, known(unmatched.getCommandLine(), word));
      if (nearest.isPresent()) {
        return "unknown: '" + word + "'; did you mean '" + nearest.get() + "'?";
      }
    }
    if (e instanceof ParameterException unsaid && isAboutSubcommands(unsaid)) {
      CommandLine at = unsaid.getCommandLine();
      return "'"
          + at.getCommandSpec().qualifiedName()
          + "' is followed by one of: "
          + String.join(", ", at.getSubcommands().keySet());
    }
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    return message.lines().findFirst().orElse(message);
  }

  private static boolean isAboutSubcommands(ParameterException e) {
    return String.valueOf(e.getMessage()).startsWith("Missing required subcommand");
  }

  private static Collection<String> known(CommandLine at, String word) {
    return word.startsWith("-")
        ? at.getCommandSpec().optionsMap().keySet()
        : at.getSubcommands().keySet();
  }
}
