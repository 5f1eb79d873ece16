package dev.carillon.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Rows and columns of text; numbers stand to the right.
public final class Table {
  private final List<String> header;
  private final List<List<String>> rows = new ArrayList<>();

  /// A table without rows.
  public Table(String... header) {
    this.header = List.of(header);
  }

  /// A table without rows.
  public Table(List<String> header) {
    this.header = List.copyOf(header);
  }

  /// Adds a row with as many cells as the header.
  public void row(List<String> cells) {
    if (cells.size() != header.size()) {
      throw new IllegalArgumentException(
          "cells: " + cells.size() + " (expected: " + header.size() + ")");
    }
    rows.add(List.copyOf(cells));
  }

  /// Whether it has no rows.
  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /// As lines of text, for a terminal.
  public List<String> text() {
    List<String> lines = new ArrayList<>();
    lines.add(line(header));
    rows.forEach(row -> lines.add(line(row)));
    return lines;
  }

  private String line(List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < cells.size(); column++) {
      String cell = cells.get(column);
      String gap = " ".repeat(width(column) - cell.length());
      line.append(column == 0 ? "" : "  ");
      line.append(isNumbers(column) ? gap + cell : cell + gap);
    }
    return line.toString().stripTrailing();
  }

  /// As Markdown.
  public List<String> markdown() {
    List<String> lines = new ArrayList<>();
    lines.add(row(header, "|"));
    StringBuilder rule = new StringBuilder("|");
    for (int column = 0; column < header.size(); column++) {
      rule.append(isNumbers(column) ? "---:|" : "---|");
    }
    lines.add(rule.toString());
    rows.forEach(row -> lines.add(row(row, "|")));
    return lines;
  }

  private static String row(List<String> cells, String edge) {
    return cells.stream().collect(Collectors.joining(" | ", edge + " ", " " + edge));
  }

  private int width(int column) {
    int widest = header.get(column).length();
    for (List<String> row : rows) {
      widest = Math.max(widest, row.get(column).length());
    }
    return widest;
  }

  private boolean isNumbers(int column) {
    return rows.stream()
        .map(row -> row.get(column))
        .allMatch(cell -> cell.isEmpty() || cell.equals("-") || Character.isDigit(cell.charAt(0)));
  }
}
