package dev.carillon.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The whole tree speaks the field's words, and each rule is seen to notice what breaks it.
final class WordRulesTest {
  @Test
  void theWholeTreeSpeaksTheFieldsWords() {
    Map<String, String> texts =
        TreeFiles.texts(name ->
            (name.matches(".*\\.(java|md|proto|sql|xml|sh|lua|yml|yaml|txt)")
                    || name.equals("carillon"))
                && !name.contains("/app/WordRules"));
    assertThat(texts).containsKeys("README.md", "carillon", "pom.xml");
    HouseRuleExceptions.requireNoneBut(WordRules.problems(texts), Set.of("word", "markdown-width"));
  }

  @Test
  void noticesAWordInEveryKindOfName() {
    assertThat(problems("the home of a slot")).hasSize(1);
    assertThat(problems("SlotHome homes = homeOf(TOP_HOMES);")).hasSize(4);
    assertThat(problems("it is bumped, bumping, bumps")).hasSize(3);
    assertThat(problems("final class SlotLane {}"))
        .containsExactly("word: line 1: Lane (expected: queue, fan-out state, shard or row)");
  }

  @Test
  void leavesOtherWordsAndNamesOfOthersAlone() {
    assertThat(problems("planets, keyspaces, somehow, chrome, homeostasis, airplane")).isEmpty();
    assertThat(problems("JAVA_HOME, System.getProperty(\"java.home\"), the home folder")).isEmpty();
  }

  @Test
  void noticesALongLineOfMarkdownOnly() {
    String line = "x".repeat(161);
    assertThat(WordRules.problems(Map.of("a.md", line))).hasSize(1);
    assertThat(WordRules.problems(Map.of("a.md", line.substring(1), "a.xml", line))).isEmpty();
  }

  private static List<String> problems(String text) {
    return WordRules.problems(Map.of("a.java", text)).stream()
        .map(problem -> problem.rule() + ": " + problem.what())
        .toList();
  }
}
