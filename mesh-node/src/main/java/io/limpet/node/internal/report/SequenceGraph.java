package io.limpet.node.internal.report;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sequence numbers of a connection over time, in the manner of tcptrace: what was sent, what was
 * sent again, what was acknowledged, and the window between.
 */
final class SequenceGraph {
  private static final int LEFT = 80;
  private static final int HEIGHT = 380;
  private static final int TOP = 10;
  private static final int BOTTOM = 26;
  private static final int MOST_GRAPHS = 4;
  private static final int MOST_MARKS = 3_000;

  /** A connection as the laptop that traced it names it. */
  private record Flow(String peer, int localPort, int remotePort) {}

  private final List<TraceSegment> segments;
  private final boolean outbound;
  private final long base;
  private long highest;
  private long again;

  private SequenceGraph(List<TraceSegment> segments) {
    this.segments = segments;
    long out = bytes(segments, true);
    this.outbound = out >= bytes(segments, false);
    this.base =
        segments.stream()
            .filter(s -> s.outbound() == outbound)
            .mapToLong(TraceSegment::seq)
            .findFirst()
            .orElse(0);
  }

  private static long bytes(List<TraceSegment> segments, boolean outbound) {
    return segments.stream()
        .filter(s -> s.outbound() == outbound)
        .mapToLong(TraceSegment::dataBytes)
        .sum();
  }

  /** Draws the connections of a capture that carried most. */
  static void drawAll(Html html, String owner, List<TraceSegment> trace, Names names) {
    Map<Flow, List<TraceSegment>> flows = new LinkedHashMap<>();
    for (TraceSegment segment : trace) {
      flows
          .computeIfAbsent(
              new Flow(segment.peer(), segment.localPort(), segment.remotePort()),
              any -> new ArrayList<>())
          .add(segment);
    }
    Comparator<Map.Entry<Flow, List<TraceSegment>>> byBytes =
        Comparator.comparingLong(
            entry -> -bytes(entry.getValue(), true) - bytes(entry.getValue(), false));
    flows.entrySet().stream()
        .sorted(byBytes)
        .limit(MOST_GRAPHS)
        .filter(entry -> entry.getValue().size() > 2)
        .forEach(
            entry -> new SequenceGraph(entry.getValue()).draw(html, owner, entry.getKey(), names));
    if (flows.size() > MOST_GRAPHS) {
      html.leaf("p", "… and " + (flows.size() - MOST_GRAPHS) + " smaller connections.");
    }
  }

  private void draw(Html html, String owner, Flow flow, Names names) {
    Instant from = time(segments.get(0));
    Instant to = time(segments.get(segments.size() - 1));
    long top = Math.max(1, top());
    html.leaf(
        "h4",
        owner
            + ", port "
            + flow.localPort()
            + (outbound ? " to " : " from ")
            + "port "
            + flow.remotePort()
            + " of "
            + names.ofDigits(flow.peer())
            + ": bytes over time");
    Canvas canvas =
        new Canvas(html, LEFT, HEIGHT, from, to, "sequence numbers of a connection over time");
    double step = Ticks.step((double) top, 6);
    for (double value = 0; value <= top; value += step) {
      double y = y((long) value, top);
      canvas.line(LEFT, y, Canvas.WIDTH - 16, y, "grid");
      canvas.text(LEFT - 8, y + 4, "end", Ticks.number(value), "axis");
    }
    marks(canvas, from, top);
    edges(canvas, from, top);
    canvas.end();
    html.open("p", "class", "legend");
    for (String[] key :
        new String[][] {
          {"sent", "sent"},
          {"again", "sent again"},
          {"acked", "acknowledged"},
          {"window", "window offered"},
          {"sacked", "selectively acknowledged"}
        }) {
      html.open("span").leaf("span", "━━", "class", "key q-" + key[0]).text(" " + key[1]);
      html.close().text(" ");
    }
    html.close();
    html.leaf(
        "p",
        Ticks.number((double) bytes(segments, outbound))
            + "B in "
            + Clock.difference(Duration.between(from, to))
            + ", "
            + segments.size()
            + " segments, "
            + again
            + " sent again. Seen from "
            + owner
            + ".");
  }

  private long top() {
    long top = 0;
    for (TraceSegment s : segments) {
      if (s.outbound() == outbound) {
        top = Math.max(top, relative(s.seq()) + s.dataBytes());
      }
    }
    return top;
  }

  private void marks(Canvas canvas, Instant from, long top) {
    int every = segments.size() / MOST_MARKS + 1;
    int number = 0;
    for (TraceSegment s : segments) {
      double x = canvas.x(Duration.between(from, time(s)).toNanos());
      if (s.outbound() == outbound) {
        long begin = relative(s.seq());
        long end = begin + Math.max(s.dataBytes(), 1);
        boolean isAgain = s.dataBytes() > 0 && end <= highest;
        again += isAgain ? 1 : 0;
        highest = Math.max(highest, end);
        if ((isAgain || number++ % every == 0) && s.dataBytes() > 0) {
          // Never so short that it cannot be seen.
          double high = Math.min(y(end, top), y(begin, top) - 1.5);
          canvas.line(x, y(begin, top), x, high, isAgain ? "q-again" : "q-sent");
        }
        if ((s.flags() & (TraceSegment.SYN | TraceSegment.FIN | TraceSegment.RST)) != 0) {
          String sign =
              (s.flags() & TraceSegment.SYN) != 0
                  ? "SYN"
                  : (s.flags() & TraceSegment.FIN) != 0 ? "FIN" : "RST";
          canvas.sign(Math.max(LEFT + 14, x), y(begin, top) - 6, sign, "axis", sign);
        }
      } else if (number % every == 0) {
        for (long[] block : s.sacked()) {
          canvas.line(x, y(relative(block[0]), top), x, y(relative(block[1]), top), "q-sacked");
        }
      }
    }
  }

  /** What was acknowledged, and up to where the receiver had room, as steps. */
  private void edges(Canvas canvas, Instant from, long top) {
    StringBuilder acked = new StringBuilder();
    StringBuilder window = new StringBuilder();
    int scale = 0;
    int every = segments.size() / MOST_MARKS + 1;
    int number = 0;
    double lastAcked = Double.NaN;
    for (TraceSegment s : segments) {
      if (s.outbound() == outbound || (s.flags() & TraceSegment.ACK) == 0) {
        continue;
      }
      scale = s.windowScale() >= 0 ? s.windowScale() : scale;
      boolean isSyn = (s.flags() & TraceSegment.SYN) != 0;
      if (number++ % every == 0) {
        double x = canvas.x(Duration.between(from, time(s)).toNanos());
        long ack = relative(s.ack());
        double y = y(ack, top);
        if (!Double.isNaN(lastAcked)) {
          acked.append(Canvas.px(x)).append(',').append(Canvas.px(lastAcked)).append(' ');
        }
        acked.append(Canvas.px(x)).append(',').append(Canvas.px(y)).append(' ');
        lastAcked = y;
        long edge = ack + ((long) s.window() << (isSyn ? 0 : scale));
        window.append(Canvas.px(x)).append(',').append(Canvas.px(y(edge, top))).append(' ');
      }
    }
    canvas.path(window.toString().strip(), "line q-window");
    canvas.path(acked.toString().strip(), "line q-acked");
  }

  /** Numbers wrap around at 2^32; a connection here is shorter than that by far. */
  private long relative(long seq) {
    long relative = (seq - base) & 0xFFFF_FFFFL;
    return relative > 0xF000_0000L ? 0 : relative;
  }

  private static double y(long value, long top) {
    double share = Math.min(1.03, Math.max(0, (double) value / top));
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM - 8);
  }

  private static Instant time(TraceSegment segment) {
    return Instant.ofEpochSecond(0, segment.epochNs());
  }
}
