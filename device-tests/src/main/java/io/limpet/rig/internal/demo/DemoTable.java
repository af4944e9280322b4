package io.limpet.rig.internal.demo;

import io.limpet.node.internal.cli.TextTable;
import java.io.PrintWriter;

/** The end of the story: what, by the kernel's TCP, by Limpet. */
final class DemoTable {
  private final DemoResult result;

  DemoTable(DemoResult result) {
    this.result = result;
  }

  void print(PrintWriter out) {
    TextTable table = new TextTable("what", "kernel TCP", "Limpet");
    for (ActResult act : result.acts()) {
      rows(table, act);
    }
    out.println();
    out.println(table);
    out.println();
    out.println("medium:  " + result.medium() + " (" + result.mediumReason() + ")");
    out.println("journal: " + result.journal());
  }

  private static void rows(TextTable table, ActResult act) {
    Double delivered = act.deliveredMs();
    Double accepted = act.acceptedMs();
    Double repair = act.repairMs();
    String after = act.kernelTcpAfterRepair();
    table.row("Act " + act.number() + ", " + act.name(), "", "");
    if (act.linesExpected() == 0) {
      table.row("  not played", "", "");
      return;
    }
    table.row("  a TCP connection to elm", act.kernelTcp(), "");
    if (after != null) {
      table.row("  again, after the repair", after, "");
    }
    if (delivered != null) {
      table.row(
          accepted != null ? "  invitation delivered" : "  first line to everybody",
          "",
          Story.ms(delivered));
    }
    if (accepted != null) {
      table.row("  acceptance back", "", Story.ms(accepted));
    }
    table.row(
        "  lines to everybody, in order", "", act.linesInOrder() + " of " + act.linesExpected());
    table.row("  diagnosis", "", act.diagnosis());
    if (repair != null) {
      table.row(
          act.kernelTcpAfterRepair() == null ? "  back on unicast" : "  neighbour entry right",
          "",
          Story.ms(repair));
      table.row(
          "  over the same connections",
          "",
          Boolean.TRUE.equals(act.connectionsKept()) ? "yes" : "NO");
    }
  }
}
