package io.limpet.node.internal.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.link.LinkConfig;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import io.limpet.node.internal.control.ControlJson;
import io.limpet.node.internal.doctor.Doctor;
import io.limpet.node.internal.doctor.Finding;
import io.limpet.node.internal.doctor.Finding.Severity;
import io.limpet.node.internal.doctor.MachineFacts;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "doctor",
    description = "What this machine allows and lacks, and what to do about it.",
    footer =
        "%nIt needs no running node, and says more with one. Exit code 1 when there are problems.")
final class DoctorCommand implements Callable<Integer> {
  @ParentCommand private @Nullable Limpet limpet;
  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--json", description = "Print the answer as JSON.")
  private boolean json;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "UDP port of the multicast groups (default 7464).")
  private int port = LinkConfig.DEFAULT_PORT;

  @Override
  public Integer call() throws JsonProcessingException {
    if (limpet == null || spec == null) {
      throw new IllegalStateException("not run by the command line");
    }
    if (port < 1 || port > 65535) {
      throw new ParameterException(spec.commandLine(), "a port is 1 to 65535, not " + port);
    }
    Path home = limpet.home();
    List<Finding> findings =
        Doctor.general(port)
            .examine(new MachineFacts(Clock.systemUTC(), home, question -> ask(home, question)));
    long problems = count(findings, Severity.PROBLEM);
    print(spec.commandLine().getOut(), findings, problems);
    return problems == 0 ? Limpet.OK : Limpet.FAILED;
  }

  /** A node that does not answer is as good as none. */
  private static Optional<JsonNode> ask(Path home, String question) {
    try {
      return Optional.of(new ControlClient(home).call(question, Map.of()));
    } catch (ControlException e) {
      return Optional.empty();
    }
  }

  private void print(PrintWriter out, List<Finding> findings, long problems)
      throws JsonProcessingException {
    long warnings = count(findings, Severity.WARNING);
    if (json) {
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("problems", problems);
      answer.put("warnings", warnings);
      answer.put("findings", findings);
      out.println(ControlJson.MAPPER.writeValueAsString(answer));
      return;
    }
    findings.forEach(finding -> out.println(line(finding)));
    out.println();
    out.println(
        problems == 0 && warnings == 0
            ? "nothing to do"
            : amount(problems, "problem") + ", " + amount(warnings, "warning"));
  }

  static String line(Finding finding) {
    String lead =
        String.format(
            Locale.ROOT,
            "%-8s %-11s ",
            finding.severity().name().toLowerCase(Locale.ROOT),
            finding.check());
    String text = Terminal.wrap(lead, finding.what(), lead.length());
    return finding.cure() == null
        ? text
        : text
            + "\n"
            + Terminal.wrap(" ".repeat(lead.length()) + "> ", finding.cure(), lead.length() + 2);
  }

  private static String amount(long count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }

  private static long count(List<Finding> findings, Severity severity) {
    return findings.stream().filter(finding -> finding.severity() == severity).count();
  }
}
