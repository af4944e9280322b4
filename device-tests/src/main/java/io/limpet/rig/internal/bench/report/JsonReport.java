package io.limpet.rig.internal.bench.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.limpet.node.internal.control.ControlJson;
import io.limpet.rig.internal.bench.result.Case;
import io.limpet.rig.internal.bench.result.Goal;
import io.limpet.rig.internal.bench.result.Metric;
import io.limpet.rig.internal.bench.result.Results;
import io.limpet.rig.internal.bench.result.Run;
import io.limpet.rig.internal.bench.result.Topic;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/** The results for programs: each run's raw values beside the medians. */
public final class JsonReport {
  private JsonReport() {}

  /** Writes one JSON object. */
  public static String of(Report report, boolean indented) throws JsonProcessingException {
    ObjectNode root = ControlJson.MAPPER.createObjectNode();
    root.set("machine", ControlJson.MAPPER.valueToTree(report.machine()));
    root.put("date", report.date().toString());
    root.put("command", report.command());
    ArrayNode cells = root.putArray("cells");
    ArrayNode goals = root.putArray("goals");
    for (Topic workload : report.workloads()) {
      for (Case of : report.results().cases(workload.name())) {
        cells(cells, workload, of, report.results());
        goals(goals, workload, of, report.results());
      }
    }
    return indented
        ? ControlJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root)
        : ControlJson.MAPPER.writeValueAsString(root);
  }

  private static ObjectNode cell(ArrayNode array, Case of) {
    ObjectNode cell = array.addObject();
    cell.put("workload", of.workload());
    cell.put("variant", of.variant());
    cell.put("profile", of.profile());
    cell.put("loss", of.loss());
    return cell;
  }

  private static void cells(ArrayNode cells, Topic workload, Case of, Results results) {
    Set<String> contenders = new LinkedHashSet<>();
    results.runs().stream()
        .filter(run -> run.of().equals(of))
        .forEach(run -> contenders.add(run.contender()));
    for (String contender : contenders) {
      ObjectNode cell = cell(cells, of);
      cell.put("contender", contender);
      ObjectNode median = cell.putObject("median");
      for (Metric metric : workload.metrics()) {
        put(median, metric.key(), results.median(of, contender, metric.key()));
      }
      ArrayNode runs = cell.putArray("runs");
      results.of(of, contender).forEach(run -> run(runs.addObject(), run));
    }
  }

  private static void run(ObjectNode node, Run run) {
    node.put("seed", run.seed());
    node.put("attempts", run.attempts());
    ObjectNode values = node.putObject("values");
    run.values().forEach((key, value) -> put(values, key, value));
    node.put("disturbed", run.conditions() != null && run.conditions().disturbed());
    node.set("conditions", ControlJson.MAPPER.valueToTree(run.conditions()));
    if (!run.failure().isEmpty()) {
      node.put("failure", run.failure());
    }
  }

  private static void goals(ArrayNode goals, Topic workload, Case of, Results results) {
    for (Metric metric : workload.metrics()) {
      Goal goal = workload.judged(metric, of, results);
      if (goal != null) {
        ObjectNode node = cell(goals, of);
        node.put("metric", metric.key());
        node.put("goal", goal.text());
        put(node, "bound", goal.bound());
        put(node, "measured", goal.measured());
        node.put("verdict", goal.verdict().name().toLowerCase(Locale.ROOT));
      }
    }
  }

  /** JSON has no infinity: what never came is null, and counted beside. */
  private static void put(ObjectNode node, String key, double value) {
    if (Double.isFinite(value)) {
      node.put(key, Math.round(value * 1e6) / 1e6);
    } else {
      node.putNull(key);
    }
  }
}
