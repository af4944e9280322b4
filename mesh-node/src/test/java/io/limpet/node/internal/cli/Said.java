package io.limpet.node.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** What a command line said. */
record Said(int exit, String out, String err) {
  /** Runs a command on the node of a home folder. */
  static Said by(Path home, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Limpet.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    List<String> whole = new ArrayList<>(List.of("--home", home.toString()));
    whole.addAll(List.of(args));
    int exit = Limpet.run(line, whole.toArray(String[]::new));
    return new Said(exit, out.toString().strip(), err.toString().strip());
  }

  /** Returns what it said with {@code --json}; it must have succeeded. */
  JsonNode json() throws JsonProcessingException {
    assertThat(exit).as(err).isZero();
    return new ObjectMapper().readTree(out);
  }
}
