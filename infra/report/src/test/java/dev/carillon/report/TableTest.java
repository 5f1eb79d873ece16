package dev.carillon.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

final class TableTest {
  private final Table table = new Table(List.of("side", "p99"));

  @Test
  void putsTextToTheLeftAndNumbersToTheRight() {
    table.row(List.of("ours", "1.25"));
    table.row(List.of("the others", "205"));

    assertThat(table.text())
        .containsExactly("side         p99", "ours        1.25", "the others   205");
  }

  @Test
  void isMarkdownToo() {
    table.row(List.of("ours", "1.25"));

    assertThat(table.markdown()).containsExactly("| side | p99 |", "|---|---:|", "| ours | 1.25 |");
  }

  @Test
  void refusesARowOfAnotherWidth() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> table.row(List.of("ours")))
        .withMessage("cells: 1 (expected: 2)");
  }
}
