package dev.carillon.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The words that are out, because the field has others for the same things, and the width of
/// prose.
///
/// The words are looked for in every part of every identifier, in comments, settings and prose.
/// Words of everyday use (round, rest, tell) are left to review.
final class WordRules {
  static final int MARKDOWN_WIDTH = 160;

  /// The word that is out, and the field's word.
  private static final Map<String, String> OUT =
      Map.of(
          "home", "owner",
          "carrier", "transport",
          "crowd", "large audience, or devices",
          "tenure", "ownership",
          "bump", "mailbox update",
          "lane", "queue, fan-out state, shard or row",
          "whereabouts", "gateway selection",
          "surroundings", "context");

  /// Names that others gave.
  private static final Pattern OF_OTHERS =
      Pattern.compile(
          "JAVA_HOME|Contents/Home|java\\.home|user\\.home|carillon\\.home|\\$\\{?HOME\\b|\\bHOME\\b|home"
              + " folder|home director(y|ies)|/home/|~home|home-assistant");

  private static final Pattern RUN = Pattern.compile("[A-Za-z]+");
  private static final Pattern PART = Pattern.compile("[A-Z]?[a-z]+|[A-Z]+(?![a-z])");

  private WordRules() {}

  /// What the texts break; the key is the file, relative to the root.
  static List<SourceProblem> problems(Map<String, String> texts) {
    List<SourceProblem> problems = new ArrayList<>();
    new TreeMap<>(texts)
        .forEach((file, text) -> {
          int number = 0;
          for (String line : text.lines().toList()) {
            number++;
            check(file, number, line, problems);
          }
        });
    return problems;
  }

  private static void check(String file, int number, String line, List<SourceProblem> problems) {
    Matcher runs = RUN.matcher(OF_OTHERS.matcher(line).replaceAll(" "));
    while (runs.find()) {
      Matcher parts = PART.matcher(runs.group());
      while (parts.find()) {
        String word = parts.group();
        fieldsWord(word)
            .ifPresent(better ->
                problems.add(
                    new SourceProblem(
                        "word",
                        file,
                        "line " + number + ": " + word + " (expected: " + better + ")")));
      }
    }
    if (file.endsWith(".md") && line.codePointCount(0, line.length()) > MARKDOWN_WIDTH) {
      String what = "line " + number + ": " + line.length() + " characters";
      problems.add(
          new SourceProblem(
              "markdown-width", file, what + " (expected: at most " + MARKDOWN_WIDTH + ")"));
    }
  }

  private static Optional<String> fieldsWord(String word) {
    String lower = word.toLowerCase(Locale.ROOT);
    for (String form : List.of(lower, stem(lower, "s"), stem(lower, "ed"), stem(lower, "ing"))) {
      String better = OUT.get(form);
      if (better != null) {
        return Optional.of(better);
      }
    }
    return Optional.empty();
  }

  private static String stem(String word, String ending) {
    return word.endsWith(ending) ? word.substring(0, word.length() - ending.length()) : word;
  }
}
