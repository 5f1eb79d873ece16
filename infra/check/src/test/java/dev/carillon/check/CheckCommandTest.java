package dev.carillon.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.cli.ExitCodes;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class CheckCommandTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--clients 2 | expected: 3 to 1000",
        "--rate 0 | expected: above 0",
        "--duration 5 | expected: such as 90s, 10m or 1h",
        "--duration 0s | expected: such as 90s, 10m or 1h",
        "--faults earthquake | faults: 'earthquake' (expected: all, none",
        "--endpoint 127.0.0.1:1 | --endpoint and --token-keys go together",
        "--endpoint 127.0.0.1:1 --token-keys k --faults kill | is not broken"
      })
  void refusesWhatMakesNoSense(String arguments, String expected) {
    StringWriter err = new StringWriter();
    int code =
        new CommandLine(new CheckCommand())
            .setErr(new PrintWriter(err))
            .execute(arguments.strip().split(" "));

    assertThat(code).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString()).contains(expected);
  }
}
