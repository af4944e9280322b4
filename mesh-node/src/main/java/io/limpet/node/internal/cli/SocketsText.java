package io.limpet.node.internal.cli;

import io.limpet.link.KernelSocket;
import io.limpet.link.KernelSocket.State;
import io.limpet.node.internal.explain.Times;
import io.limpet.node.internal.sockets.SocketFacts;
import io.limpet.node.internal.sockets.SocketFinding;
import io.limpet.node.internal.sockets.SocketJudge.Judged;
import io.limpet.node.internal.sockets.SocketSurvey;
import io.limpet.node.internal.sockets.SocketVerdict;
import io.limpet.node.internal.sockets.StateMeaning;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Sockets by state, what that means and whether it is normal, for a terminal of 80 columns. */
final class SocketsText {
  private static final int END_COLUMNS = 22;
  private static final int PROGRAM_COLUMNS = 20;
  private static final String ROW = "    %-22s%-22s%-20s%s";
  private static final String NOTE = "      ";
  private static final int MOST_NORMAL = 5;
  private static final int MOST_OTHERS = 10;

  private final List<String> lines = new ArrayList<>();
  private final boolean all;

  private SocketsText(boolean all) {
    this.all = all;
  }

  /**
   * Draws them.
   *
   * @param all every socket, instead of some of each kind
   */
  static String of(SocketSurvey survey, boolean all) {
    SocketsText text = new SocketsText(all);
    text.summary(survey);
    survey.byState().forEach((state, sockets) -> text.group(survey, state, sockets));
    return String.join("\n", text.lines);
  }

  /**
   * Says what became of each socket that was to be destroyed; its program may have ended by then.
   */
  static String outcomes(SocketSurvey survey, Map<KernelSocket, String> outcomes) {
    List<String> all = new ArrayList<>();
    for (Judged judged : survey.sockets()) {
      SocketFacts socket = judged.socket();
      if (socket.origin() instanceof SocketFacts.Kernel kernel) {
        String outcome = outcomes.getOrDefault(kernel.socket(), "left alone");
        String what = socket.local() + " to " + socket.remote() + ", " + socket.holder();
        all.add(Terminal.wrap("", what + ": " + outcome, 2));
      }
    }
    return String.join("\n", all);
  }

  private void summary(SocketSurvey survey) {
    int kernel = survey.ofKernel().size();
    int mesh = survey.sockets().size() - kernel;
    String counted =
        counted(kernel, "kernel socket")
            + (survey.nodeAnswers() ? ", " + counted(mesh, "mesh connection") : "");
    long problems = survey.count(SocketVerdict.PROBLEM);
    long doubts = survey.count(SocketVerdict.WATCH);
    String verdict =
        problems + doubts == 0
            ? "all as they should be"
            : counted((int) problems, "problem") + ", " + doubts + " to watch";
    lines.add(
        Terminal.wrap(
            "",
            counted
                + ": "
                + verdict
                + (survey.nodeAnswers() ? "" : " (no node runs: no mesh connections)"),
            2));
  }

  private static String counted(int count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }

  private void group(SocketSurvey survey, State state, List<Judged> sockets) {
    lines.add("");
    lines.add(
        Terminal.wrap(
            "", state.name() + " (" + sockets.size() + "): " + StateMeaning.of(state), 2));
    long overflows = survey.listenOverflows().orElse(0);
    if (state == State.LISTEN && overflows > 0) {
      lines.add(
          Terminal.wrap(
              "  ",
              "Since this machine started a full accept queue has turned away "
                  + counted((int) Math.min(overflows, Integer.MAX_VALUE), "attempt")
                  + " to connect.",
              2));
    }
    lines.add(
        String.format(
            Locale.ROOT,
            ROW,
            "LOCAL",
            "REMOTE",
            "PROGRAM",
            state == State.LISTEN ? "QUEUE" : "AGE"));
    Map<SocketFinding, List<Judged>> clusters =
        new TreeMap<>(
            Comparator.comparing(SocketFinding::verdict)
                .reversed()
                .thenComparing(Comparator.naturalOrder()));
    sockets.forEach(
        judged -> clusters.computeIfAbsent(judged.finding(), any -> new ArrayList<>()).add(judged));
    clusters.forEach(this::cluster);
  }

  private void cluster(SocketFinding finding, List<Judged> sockets) {
    if (!finding.what().isEmpty()) {
      String word = finding.verdict() == SocketVerdict.PROBLEM ? "problem: " : "watch: ";
      lines.add(Terminal.wrap("  ", word + finding.what(), 4));
    }
    if (!finding.advice().isEmpty()) {
      lines.add(Terminal.wrap("    > ", finding.advice(), 6));
    }
    int most = finding.verdict() == SocketVerdict.NORMAL ? MOST_NORMAL : MOST_OTHERS;
    int drawn = all ? sockets.size() : Math.min(most, sockets.size());
    for (int i = 0; i < drawn; i++) {
      String note = sockets.get(i).note();
      row(sockets.get(i).socket());
      // What is so of several that follow each other is said once.
      boolean shared = i > 0 && note.equals(sockets.get(i - 1).note());
      if (!note.isEmpty() && (i + 1 == drawn || !note.equals(sockets.get(i + 1).note()))) {
        lines.add(Terminal.wrap(NOTE, (shared ? "each: " : "") + note, NOTE.length()));
      }
    }
    if (drawn < sockets.size()) {
      lines.add("    and " + (sockets.size() - drawn) + " more like these (--all shows them)");
    }
  }

  /** An address that is too long for its column has a line of its own. */
  private void row(SocketFacts socket) {
    String local = socket.local().toString();
    String remote = socket.state() == State.LISTEN ? "" : socket.remote().toString();
    if (local.length() >= END_COLUMNS) {
      lines.add("    " + local);
      local = "";
    }
    if (remote.length() >= END_COLUMNS) {
      lines.add(
          String.format(Locale.ROOT, "    %-" + END_COLUMNS + "s%s", local, remote)
              .stripTrailing());
      local = "";
      remote = "";
    }
    lines.add(
        String.format(Locale.ROOT, ROW, local, remote, program(socket.holder()), age(socket))
            .stripTrailing());
  }

  /** The process id stays whole. */
  private static String program(String holder) {
    int most = PROGRAM_COLUMNS - 1;
    int pid = holder.lastIndexOf(" (");
    return pid < 0 || holder.length() <= most
        ? Terminal.shorten(holder, most)
        : Terminal.shorten(holder.substring(0, pid), most - (holder.length() - pid))
            + holder.substring(pid);
  }

  private static String age(SocketFacts socket) {
    if (socket.state() == State.LISTEN) {
      return socket.unreadBytes() + " of " + (socket.unacknowledgedBytes() + 1);
    }
    if (socket.endsIn() != null) {
      return "ends " + Times.span(socket.endsIn());
    }
    Duration atLeast = socket.age().atLeast();
    if (atLeast == null) {
      return "";
    }
    return (atLeast.equals(socket.age().atMost()) ? "" : "≥ ") + Times.span(atLeast);
  }
}
