package io.limpet.invitation.internal.group;

import io.limpet.invitation.Line;
import java.util.ArrayDeque;
import java.util.List;

/** The newest lines of an activity, bounded in number and in characters. */
final class LineLog {
  private final ArrayDeque<Line> lines = new ArrayDeque<>();
  private final int maxLines;
  private final int maxChars;
  private int chars;

  LineLog(int maxLines, int maxChars) {
    this.maxLines = maxLines;
    this.maxChars = maxChars;
  }

  void add(Line line) {
    lines.addLast(line);
    chars += line.text().length();
    while (lines.size() > maxLines || (chars > maxChars && lines.size() > 1)) {
      chars -= lines.removeFirst().text().length();
    }
  }

  List<Line> all() {
    return List.copyOf(lines);
  }
}
