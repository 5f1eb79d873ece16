package dev.carillon.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What holds for every command.
final class MainTest {
  private final Locale before = Locale.getDefault(Locale.Category.FORMAT);

  @AfterEach
  void putBack() {
    Locale.setDefault(Locale.Category.FORMAT, before);
  }

  @Test
  void formatsNumbersAlikeOnEveryMachine() {
    Locale.setDefault(Locale.Category.FORMAT, Locale.forLanguageTag("ar-EG-u-nu-arab"));
    assertThat("%,d and %.1f".formatted(1234, 1.5)).isNotEqualTo("1,234 and 1.5");

    Main.commandLine();

    assertThat("%,d and %.1f".formatted(1234, 1.5)).isEqualTo("1,234 and 1.5");
  }

  @Test
  void offersTheCommandsOfEveryModule() {
    assertThat(Main.commandLine().getSubcommands()).containsKeys("up", "send", "check", "bench");
  }
}
