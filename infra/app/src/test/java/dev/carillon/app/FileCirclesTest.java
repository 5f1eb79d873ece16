package dev.carillon.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// No two files need each other, but for the pairs that are one thing.
final class FileCirclesTest {
  @Test
  void noFilesNeedEachOtherButTheAllowedOnes() throws IOException {
    JavaClasses all =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(
                location -> !location.matches(java.util.regex.Pattern.compile(".*/v\\d+/.*")))
            .importPackages("dev.carillon");
    Set<String> found = new TreeSet<>();
    FileCircles.of(FileCircles.graph(all)).forEach(circle -> found.add(FileCircles.text(circle)));
    assertThat(found).isEqualTo(allowed());
  }

  @Test
  void findsCirclesOfEverySize() {
    Map<String, Set<String>> graph =
        Map.of(
            "a", Set.of("b"),
            "b", Set.of("c"),
            "c", Set.of("a", "d"),
            "d", Set.of("e"),
            "e", Set.of("d"),
            "f", Set.of("a"));
    assertThat(FileCircles.of(graph))
        .containsExactlyInAnyOrder(Set.of("a", "b", "c"), Set.of("d", "e"));
    assertThat(FileCircles.of(Map.of("a", Set.of("b"), "b", Set.of()))).isEmpty();
  }

  /// One circle a line, its files apart by blanks, then a colon and why they are one thing.
  private static Set<String> allowed() throws IOException {
    Set<String> allowed = new TreeSet<>();
    List<String> lines =
        Files.readAllLines(
            TreeFiles.root().resolve("infra/app/src/test/resources/allowed-circles.txt"));
    for (String line : lines) {
      if (!line.startsWith("#")) {
        String[] parts = line.split(": ", 2);
        assertThat(parts).as("files and reason of an allowed circle").hasSize(2);
        allowed.add(FileCircles.text(List.of(parts[0].split(" "))));
      }
    }
    return allowed;
  }
}
