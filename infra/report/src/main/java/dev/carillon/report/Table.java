package dev.carillon.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Rows and columns of text; numbers stand to the right.
public final class Table {
  private final List<String> header;
  private final List<List<String>> rows = new ArrayList<>();

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
    int[] widths =
        IntStream.range(0, header.size())
            .map(column -> lines().mapToInt(line -> line.get(column).length()).max().orElse(0))
            .toArray();
    return lines()
        .map(line ->
            IntStream.range(0, header.size())
                .mapToObj(column -> {
                  String gap = " ".repeat(widths[column] - line.get(column).length());
                  return isNumbers(column) ? gap + line.get(column) : line.get(column) + gap;
                })
                .collect(Collectors.joining("  "))
                .stripTrailing())
        .toList();
  }

  /// As Markdown.
  public List<String> markdown() {
    String rule =
        IntStream.range(0, header.size())
            .mapToObj(column -> isNumbers(column) ? "---:|" : "---|")
            .collect(Collectors.joining("", "|", ""));
    List<String> markdown =
        new ArrayList<>(lines().map(line -> "| " + String.join(" | ", line) + " |").toList());
    markdown.add(1, rule);
    return markdown;
  }

  private Stream<List<String>> lines() {
    return Stream.concat(Stream.of(header), rows.stream());
  }

  private boolean isNumbers(int column) {
    return rows.stream()
        .map(row -> row.get(column))
        .allMatch(cell -> cell.isEmpty() || cell.equals("-") || Character.isDigit(cell.charAt(0)));
  }
}
