package dev.carillon.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Where house rules are broken on purpose: `rule file reason`, one a line.
final class HouseRuleExceptions {
  private static final Path LIST =
      TreeFiles.root().resolve("infra/app/src/test/resources/house-rules-exceptions.txt");

  private HouseRuleExceptions() {}

  /// Fails on every problem without an exception, and on every exception of these rules that no
  /// problem needs.
  static void requireNoneBut(Collection<SourceProblem> problems, Set<String> rules) {
    Set<String> exceptions = read(rules);
    Set<String> used = new TreeSet<>();
    List<SourceProblem> broken = new ArrayList<>();
    for (SourceProblem problem : problems) {
      String key = problem.rule() + " " + problem.file();
      if (exceptions.contains(key)) {
        used.add(key);
      } else {
        broken.add(problem);
      }
    }
    assertThat(broken).isEmpty();
    assertThat(used).as("exceptions that are needed").isEqualTo(exceptions);
  }

  private static Set<String> read(Set<String> rules) {
    try (Stream<String> lines = Files.lines(LIST)) {
      Set<String> found = new TreeSet<>();
      lines
          .filter(line -> !line.startsWith("#"))
          .forEach(line -> {
            String[] parts = line.split(" ", 3);
            assertThat(parts).as("rule, file and reason of an exception").hasSize(3);
            if (rules.contains(parts[0])) {
              found.add(parts[0] + " " + parts[1]);
            }
          });
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
