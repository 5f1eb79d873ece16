package dev.carillon.bench.report;

import com.google.gson.JsonObject;
import dev.carillon.report.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;

/// Where results go: lines to the terminal, and files to a folder.
///
/// The folder gets `results.jsonl`, one object a line; `results.md` with the tables; and whatever
/// else a scenario makes.
public final class Report {
  private static final String JSON_LINES = "results.jsonl";
  private static final String MARKDOWN = "results.md";

  private final Path folder;
  private final boolean json;
  private final Consumer<String> out;
  private final Consumer<String> progress;

  /// A report into a folder, which is created.
  ///
  /// @param json whether the terminal gets the JSON lines, and nothing else on standard output
  /// @param out prints a line of results
  /// @param progress prints a line that tells what is going on
  public Report(Path folder, boolean json, Consumer<String> out, Consumer<String> progress) {
    this.folder = folder;
    this.json = json;
    this.out = out;
    this.progress = progress;
    try {
      Files.createDirectories(folder);
      Files.deleteIfExists(folder.resolve(JSON_LINES));
      Files.deleteIfExists(folder.resolve(MARKDOWN));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + folder, e);
    }
  }

  /// The folder that files go to.
  public Path folder() {
    return folder;
  }

  /// Tells what is going on.
  public void step(String text) {
    progress.accept(text);
  }

  /// One result, for programs.
  public void result(JsonObject result) {
    append(JSON_LINES, List.of(result.toString()));
    if (json) {
      out.accept(result.toString());
    }
  }

  /// A table with a title, for people.
  public void table(String title, Table table) {
    if (table.isEmpty()) {
      return;
    }
    lines(List.of("", title, ""), List.of("", "## " + title, ""));
    lines(table.text(), table.markdown());
  }

  /// Something said about the results, for people.
  public void say(String text) {
    lines(List.of(text), List.of("", text));
  }

  private void lines(List<String> text, List<String> markdown) {
    append(MARKDOWN, markdown);
    if (!json) {
      text.forEach(out);
    }
  }

  /// A file of its own, such as a picture.
  public void file(String name, String text) {
    try {
      Files.writeString(folder.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + folder.resolve(name), e);
    }
  }

  private void append(String name, List<String> lines) {
    try {
      Files.write(
          folder.resolve(name), lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + folder.resolve(name), e);
    }
  }
}
