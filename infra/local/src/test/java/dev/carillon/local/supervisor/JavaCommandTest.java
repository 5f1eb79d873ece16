package dev.carillon.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What further JVMs are started with.
final class JavaCommandTest {
  private static final List<String> PROPERTIES =
      List.of(AotCache.PROPERTY, AotCache.OUTPUT, JavaCommand.OPTIONS);

  private final List<String> before =
      PROPERTIES.stream().map(name -> System.getProperty(name, "")).toList();

  @TempDir Path folder;

  @BeforeEach
  void nothingSet() {
    PROPERTIES.forEach(System::clearProperty);
  }

  @AfterEach
  void putBack() {
    for (int i = 0; i < before.size(); i++) {
      String value = before.get(i);
      if (value.isEmpty()) {
        System.clearProperty(PROPERTIES.get(i));
      } else {
        System.setProperty(PROPERTIES.get(i), value);
      }
    }
  }

  private static List<String> one() {
    return JavaCommand.one("some.Main", Path.of("log"), 64, List.of("argument"));
  }

  private static List<String> everything() {
    return JavaCommand.everything("some.Main", Path.of("log"), List.of());
  }

  @Test
  void everyFurtherJvmStartsFromTheCacheAndPassesItOn() throws IOException {
    Path cache = Files.writeString(folder.resolve("services.aot"), "made");
    System.setProperty(AotCache.PROPERTY, cache.toString());
    assertThat(one())
        .contains("-XX:AOTCache=" + cache, "-D" + AotCache.PROPERTY + "=" + cache)
        .endsWith("some.Main", "argument");
    assertThat(everything()).contains("-XX:AOTCache=" + cache);
  }

  @Test
  void aCacheThatCouldNotBeMadeIsNotUsed() throws IOException {
    Path empty = Files.createFile(folder.resolve("services.aot"));
    System.setProperty(AotCache.PROPERTY, empty.toString());
    assertThat(one()).noneMatch(option -> option.startsWith("-XX:AOTCache"));
    System.setProperty(AotCache.PROPERTY, folder.resolve("none").toString());
    assertThat(one()).noneMatch(option -> option.startsWith("-XX:AOTCache"));
  }

  @Test
  void onlyTheJvmThatHoldsEveryServiceWritesACache() throws IOException {
    Path cache = Files.writeString(folder.resolve("services.aot"), "made");
    System.setProperty(AotCache.PROPERTY, cache.toString());
    System.setProperty(AotCache.OUTPUT, "new.aot");
    assertThat(everything())
        .contains("-XX:AOTCacheOutput=new.aot")
        .doesNotContain("-XX:AOTCache=" + cache);
    assertThat(one())
        .contains("-XX:AOTCache=" + cache)
        .noneMatch(option -> option.contains("new.aot"));
  }

  @Test
  void furtherOptionsComeAfterOursAndArePassedOn() {
    System.setProperty(JavaCommand.OPTIONS, "-XX:TieredStopAtLevel=1  -Xmx99m");
    assertThat(one())
        .containsSubsequence("-Xmx64m", "-XX:TieredStopAtLevel=1", "-Xmx99m", "some.Main")
        .contains("-D" + JavaCommand.OPTIONS + "=-XX:TieredStopAtLevel=1  -Xmx99m")
        .doesNotContain("");
  }
}
