package io.limpet.node.internal.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A table for a terminal: columns as wide as what is in them. Not thread-safe. */
public final class TextTable {
  /** Between columns. */
  private static final int GAP = 2;

  /** What a column keeps while another may still go below. */
  private static final int ROOMY = 14;

  /** What a column keeps in any case. */
  private static final int NARROW = 8;

  private final List<String[]> rows = new ArrayList<>();

  /** Begins a table with its column heads. */
  public TextTable(String... heads) {
    String[] upper = new String[heads.length];
    for (int i = 0; i < heads.length; i++) {
      upper[i] = heads[i].toUpperCase(Locale.ROOT);
    }
    rows.add(upper);
  }

  /** Adds a row with as many cells as there are heads. */
  public TextTable row(String... cells) {
    rows.add(cells);
    return this;
  }

  /**
   * Keeps every line within a terminal: cells of these columns are shortened, and where that is not
   * enough the last column goes below its row.
   */
  String fit(String... flexible) {
    List<String> heads = List.of(rows.get(0));
    int[] widths = widths();
    boolean[] mayShrink = new boolean[widths.length];
    for (String head : flexible) {
      mayShrink[heads.indexOf(head.toUpperCase(Locale.ROOT))] = true;
    }
    int last = widths.length - 1;
    int beside = widths.length;
    if (!shrink(widths, mayShrink, beside, ROOMY) && !mayShrink[last]) {
      beside = last;
    }
    if (!shrink(widths, mayShrink, beside, NARROW)) {
      beside = Math.min(beside, last);
    }
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      String[] shown = row.clone();
      for (int i = 0; i < row.length; i++) {
        shown[i] = mayShrink[i] ? Terminal.shorten(row[i], widths[i]) : row[i];
      }
      text.append(line(shown, widths, beside)).append('\n');
      if (beside < widths.length && !shown[last].isEmpty()) {
        text.append("  ").append(shown[last]).append('\n');
      }
    }
    return text.substring(0, text.length() - 1);
  }

  /** Takes from the widest until the line is not too long; says whether it is so. */
  private static boolean shrink(int[] widths, boolean[] mayShrink, int beside, int least) {
    while (length(widths, beside) > Terminal.COLUMNS) {
      int widest = -1;
      for (int i = 0; i < beside; i++) {
        if (mayShrink[i] && widths[i] > least && (widest < 0 || widths[i] > widths[widest])) {
          widest = i;
        }
      }
      if (widest < 0) {
        return false;
      }
      widths[widest]--;
    }
    return true;
  }

  private static int length(int[] widths, int columns) {
    int length = GAP * (columns - 1);
    for (int i = 0; i < columns; i++) {
      length += widths[i];
    }
    return length;
  }

  private int[] widths() {
    int[] widths = new int[rows.get(0).length];
    for (String[] row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    return widths;
  }

  private static String line(String[] row, int[] widths, int columns) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < columns; i++) {
      line.append(row[i]).append(" ".repeat(Math.max(0, widths[i] - row[i].length() + GAP)));
    }
    return line.toString().stripTrailing();
  }

  @Override
  public String toString() {
    int[] widths = widths();
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      text.append(line(row, widths, widths.length)).append('\n');
    }
    return text.substring(0, text.length() - 1);
  }
}
