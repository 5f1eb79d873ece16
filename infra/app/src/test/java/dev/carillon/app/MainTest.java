package dev.carillon.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What holds for every command.
final class MainTest {
  private static final String NUMBERS = "%,d and %.1f";
  private static final String AS_EVER = "1,234 and 1.5";

  private final Locale before = Locale.getDefault();
  private final Locale beforeForDisplay = Locale.getDefault(Locale.Category.DISPLAY);
  private final Locale beforeForFormats = Locale.getDefault(Locale.Category.FORMAT);

  @AfterEach
  void putBack() {
    Locale.setDefault(before);
    Locale.setDefault(Locale.Category.DISPLAY, beforeForDisplay);
    Locale.setDefault(Locale.Category.FORMAT, beforeForFormats);
  }

  @Test
  void formatsNumbersAlikeOnEveryMachine() {
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    assertThat(NUMBERS.formatted(1234, 1.5)).isNotEqualTo(AS_EVER);
    assertThat(printed()).isNotEqualTo(AS_EVER);

    Main.commandLine();

    assertThat(NUMBERS.formatted(1234, 1.5)).isEqualTo(AS_EVER);
    assertThat(printed()).isEqualTo(AS_EVER);
  }

  private static String printed() {
    StringWriter text = new StringWriter();
    new PrintWriter(text).printf(NUMBERS, 1234, 1.5);
    return text.toString();
  }

  @Test
  void offersTheCommandsOfEveryModule() {
    assertThat(Main.commandLine().getSubcommands()).containsKeys("up", "send", "check", "bench");
  }
}
