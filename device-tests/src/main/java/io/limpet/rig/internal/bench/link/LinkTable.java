package io.limpet.rig.internal.bench.link;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.limpet.node.internal.cli.TextTable;
import io.limpet.node.internal.control.ControlJson;
import io.limpet.rig.internal.bench.result.Goal;
import io.limpet.rig.internal.bench.result.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The results as people and programs read them. */
public final class LinkTable {
  private static final List<String> HEADS =
      List.of(
          "fault",
          "kernel: stream",
          "kernel: new connection",
          "Limpet as",
          "first message",
          "longest pause",
          "goal",
          "repaired",
          "goal",
          "met");

  private LinkTable() {}

  /** Returns it as a terminal shows it. */
  public static String text(LinkReport report) {
    TextTable table = new TextTable(HEADS.toArray(new String[0]));
    lines(report).forEach(line -> table.row(line.toArray(new String[0])));
    StringBuilder text = new StringBuilder();
    text.append("Milliseconds after the fault, median (worst)\n\n").append(table).append("\n\n");
    failures(report).forEach(line -> text.append(line).append('\n'));
    return text.append(report.summary()).toString();
  }

  /** Returns it as a page. */
  public static String markdown(LinkReport report) {
    StringBuilder page = new StringBuilder("# Results\n\n");
    page.append("`").append(report.command()).append("`\n\n");
    page.append(report.date()).append("; ").append(report.machine().words()).append("; ");
    page.append(report.plan().family()).append(", ").append(report.plan().runs());
    page.append(" runs.\n\n");
    page.append("Figures are milliseconds after the fault, the median of all runs and the worst ");
    page.append("in parentheses; [README.md](README.md) says what they mean. ");
    page.append(report.summary()).append(".\n\n");
    page.append("| ").append(String.join(" | ", HEADS)).append(" |\n");
    page.append("|---".repeat(HEADS.size())).append("|\n");
    for (List<String> line : lines(report)) {
      page.append("| ").append(String.join(" | ", line)).append(" |\n");
    }
    List<String> failures = failures(report);
    if (!failures.isEmpty()) {
      page.append("\n## Failed\n\n");
      failures.forEach(line -> page.append("- ").append(line).append('\n'));
    }
    return page.toString();
  }

  private static List<List<String>> lines(LinkReport report) {
    List<List<String>> lines = new ArrayList<>();
    for (Fault fault : report.plan().faults()) {
      String title = fault.title();
      String stream = fault.kernelStreamWords() + kernel(report, fault, Figure.KERNEL_STREAM);
      String connect = kernel(report, fault, Figure.KERNEL_CONNECT);
      for (Subject subject : fault.subjects()) {
        if (subject == Subject.KERNEL || report.runs(fault, subject).isEmpty()) {
          continue;
        }
        Map<Figure, Double> goals = fault.goalsMs(subject);
        Figure mended = goals.containsKey(Figure.RESET) ? Figure.RESET : Figure.REPAIRED;
        lines.add(
            List.of(
                title,
                stream,
                connect,
                subject.as(),
                cell(report, fault, subject, Figure.FIRST),
                cell(report, fault, subject, Figure.PAUSE),
                goal(goals, Figure.FIRST),
                (mended == Figure.RESET ? "reset " : "") + cell(report, fault, subject, mended),
                goal(goals, mended),
                met(report, fault, subject)));
        title = "";
        stream = "";
        connect = "";
      }
    }
    return lines;
  }

  private static String kernel(LinkReport report, Fault fault, Figure figure) {
    double value = report.worst(fault, Subject.KERNEL, figure);
    if (Double.isNaN(value)) {
      boolean failed =
          report.runs(fault, Subject.KERNEL).stream().anyMatch(run -> !run.failure().isEmpty());
      return failed ? "!" : "–";
    }
    double watchedMs = report.worst(fault, Subject.KERNEL, Figure.KERNEL_WATCHED);
    return Double.isInfinite(value)
        ? "> " + seconds(watchedMs)
        : value < 1_000 ? Math.round(value) + "" : seconds(value);
  }

  private static String seconds(double ms) {
    return String.format(Locale.ROOT, ms % 1_000 == 0 ? "%.0f s" : "%.1f s", ms / 1_000);
  }

  private static String cell(LinkReport report, Fault fault, Subject subject, Figure figure) {
    List<Run> runs = report.runs(fault, subject);
    double worst = report.worst(fault, subject, figure);
    boolean failed = runs.stream().anyMatch(run -> !run.failure().isEmpty());
    if (Double.isNaN(worst)) {
      return failed ? "!" : "–";
    }
    return ms(report.median(fault, subject, figure))
        + " ("
        + ms(worst)
        + ")"
        + (runs.stream().anyMatch(LinkReport::disturbed) ? "*" : "")
        + (failed ? "!" : "");
  }

  private static String ms(double value) {
    return Double.isInfinite(value) ? "never" : Long.toString(Math.round(value));
  }

  private static String goal(Map<Figure, Double> goals, Figure figure) {
    Double atMostMs = goals.get(figure);
    return atMostMs == null ? "–" : "≤ " + Math.round(atMostMs);
  }

  private static String met(LinkReport report, Fault fault, Subject subject) {
    boolean all =
        report.goals().stream()
            .filter(g -> g.fault() == fault && g.subject() == subject)
            .allMatch(g -> g.goal().verdict() == Goal.Verdict.MET);
    return all ? "met" : "MISSED";
  }

  private static List<String> failures(LinkReport report) {
    return report.results().runs().stream()
        .filter(run -> !run.failure().isEmpty())
        .map(
            run ->
                "! "
                    + run.of().workload()
                    + ", "
                    + run.contender()
                    + ", run "
                    + run.seed()
                    + ": "
                    + run.failure())
        .toList();
  }

  /** Returns it as one JSON object. */
  public static String json(LinkReport report, boolean indented) throws JsonProcessingException {
    ObjectNode root = ControlJson.MAPPER.createObjectNode();
    root.set("machine", ControlJson.MAPPER.valueToTree(report.machine()));
    root.put("date", report.date().toString());
    root.put("command", report.command());
    root.put("family", report.plan().family().name().toLowerCase(Locale.ROOT));
    ArrayNode cells = root.putArray("cells");
    for (Fault fault : report.plan().faults()) {
      for (Subject subject : fault.subjects()) {
        cell(cells, report, fault, subject);
      }
    }
    ArrayNode goals = root.putArray("goals");
    for (LinkReport.Judged judged : report.goals()) {
      ObjectNode node = goals.addObject();
      node.put("fault", judged.fault().name());
      node.put("contender", judged.subject().contender());
      node.put("figure", judged.figure().key());
      put(node, "atMostMs", judged.goal().bound());
      put(node, "worstMs", judged.goal().measured());
      node.put("verdict", judged.goal().verdict().name().toLowerCase(Locale.ROOT));
    }
    return indented
        ? ControlJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root)
        : ControlJson.MAPPER.writeValueAsString(root);
  }

  private static void cell(ArrayNode cells, LinkReport report, Fault fault, Subject subject) {
    List<Run> runs = report.runs(fault, subject);
    if (runs.isEmpty()) {
      return;
    }
    ObjectNode cell = cells.addObject();
    cell.put("fault", fault.name());
    cell.put("title", fault.title());
    cell.put("contender", subject.contender());
    ObjectNode median = cell.putObject("median");
    ObjectNode worst = cell.putObject("worst");
    for (Figure figure : Figure.values()) {
      double value = report.median(fault, subject, figure);
      if (!Double.isNaN(value)) {
        put(median, figure.key(), value);
        put(worst, figure.key(), report.worst(fault, subject, figure));
      }
    }
    ArrayNode array = cell.putArray("runs");
    for (Run run : runs) {
      ObjectNode node = array.addObject();
      node.put("run", run.seed());
      node.put("attempts", run.attempts());
      ObjectNode values = node.putObject("values");
      run.values().forEach((key, value) -> put(values, key, value));
      node.put("disturbed", LinkReport.disturbed(run));
      node.set("conditions", ControlJson.MAPPER.valueToTree(run.conditions()));
      if (!run.failure().isEmpty()) {
        node.put("failure", run.failure());
      }
    }
  }

  /** JSON has no infinity: what never came is null. */
  private static void put(ObjectNode node, String key, double value) {
    if (Double.isFinite(value)) {
      node.put(key, Math.round(value * 1e3) / 1e3);
    } else {
      node.putNull(key);
    }
  }
}
