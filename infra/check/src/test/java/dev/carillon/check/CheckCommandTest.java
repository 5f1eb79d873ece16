package dev.carillon.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.installation.ExitCodes;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
        "--report /proc/at/all.html | --report: /proc/at/all.html (expected: a file that",
        "--faults earthquake | faults: 'earthquake' (expected: all alone, none alone",
        "--endpoint 127.0.0.1:1 | --endpoint and --token-keys go together",
        "--grpc-endpoint 127.0.0.1:1 | --grpc-endpoint goes with --endpoint",
        "--endpoint 127.0.0.1:1 --token-keys pom.xml | --token-keys: pom.xml cannot be used"
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

  @Test
  void breaksNoInstallationOfSomebodyElse(@TempDir Path folder) throws IOException {
    Path keys = folder.resolve("keys.json");
    Files.writeString(
        keys,
        """
        {"keys":[{"kty":"oct","kid":"k","alg":"HS256","k":"%s"}]}
        """
            .formatted("A".repeat(43)));
    StringWriter err = new StringWriter();
    int code =
        new CommandLine(new CheckCommand())
            .setErr(new PrintWriter(err))
            .execute(
                "--endpoint", "127.0.0.1:1",
                "--token-keys", keys.toString(),
                "--faults", "kill");

    assertThat(code).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString()).contains("an installation of yours is not broken");
  }
}
