package dev.carillon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.installation.CommandFailure;
import dev.carillon.installation.ExitCodes;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ArgumentsTest {
  @Test
  void blanksAroundNamesAreNotPartOfThemAndNobodyIsMeantTwice() {
    assertThat(Arguments.names("--members", List.of("bob", " cid", "bob ", "dan")))
        .containsExactly("bob", "cid", "dan");
    assertThat(Arguments.names("--members", List.of())).isEmpty();
  }

  @Test
  void aNameHasOneToSixtyFourBytes() {
    assertThat(Arguments.name("--as", "é".repeat(32))).hasSize(32);
    assertThatThrownBy(() -> Arguments.name("--as", "é".repeat(33)))
        .isInstanceOfSatisfying(
            CommandFailure.class,
            failure -> assertThat(failure.exitCode()).isEqualTo(ExitCodes.USAGE));
  }
}
