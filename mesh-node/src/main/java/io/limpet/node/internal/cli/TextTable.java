package io.limpet.node.internal.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A table for a terminal: columns as wide as what is in them. Not thread-safe. */
public final class TextTable {
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

  @Override
  public String toString() {
    int columns = rows.get(0).length;
    int[] widths = new int[columns];
    for (String[] row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row[i]).append(" ".repeat(widths[i] - row[i].length() + 2));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.substring(0, text.length() - 1);
  }
}
