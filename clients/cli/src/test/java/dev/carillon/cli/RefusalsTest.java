package dev.carillon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.installation.ExitCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Command lines that lead nowhere, and the exit codes that say so. Nobody listens anywhere.
final class RefusalsTest {
  private static final String NOBODY = "127.0.0.1:1";

  @TempDir Path data;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          send --as ann --token x --to bob --text hi         | --as and --token
          send --to bob --text hi                            | --as or --token
          send --as '' --to bob --text hi                    | --as: '' (expected: 1 to 64 bytes)
          send --as ann --to '' --text hi                    | '' (expected: 1 to 64 bytes)
          send --as ann --device '' --to bob --text hi       | --device: ''
          send --as ann --group xyz --text hi                | xyz
          send --as ann --to bob --text hi --timeout 0       | --timeout: 0 (expected: 1 or more)
          send --as ann --to bob                             | --text
          send --as ann --to bob --text hi --client-message-id 1 | client message id: 1
          send --token t --endpoint foo --to bob --text hi   | foo (expected: host:port
          send --token t --endpoint foo:0 --to bob --text hi | foo:0 (expected: host:port
          send --token t --endpoint a:b --to bob --text hi   | a:b (expected: host:port
          send --token t --endpoint http://a:1 --to b --text h | http://a:1 (expected: host:port
          sync --token t --endpoint foo                      | foo (expected: host:port
          history --as ann --with '' --limit 5               | '' (expected: 1 to 64 bytes)
          history --as ann --with bob --limit 201            | 201
          history --as ann --with bob --after -5             | --after: -5 (expected: 0 or more)
          history --as ann --with bob --before 0             | --before: 0 (expected: 1 or more)
          history --as ann --with bob --after 5 --before 2   | --after and --before: 5 and 2
          send --as ann --to bob --text ''                   | --text: '' (expected: 1 byte or more)
          send --as ann --to bob --recall -1                 | --recall: -1 (expected: 1 or more)
          send --as ann --to bob --edit 0 --new-text hi      | --edit: 0 (expected: 1 or more)
          send --as ann --to bob --edit 1 --new-text ''      | --new-text: ''
          send --as ann --to bob --react-to 0 --reaction +1  | --react-to: 0 (expected: 1 or more)
          listen --as ann --count 0                          | --count: 0 (expected: 1 or more)
          listen --as ann --count -1                         | --count: -1 (expected: 1 or more)
          listen --as ann --for 0                            | --for: 0 (expected: 1 or more)
          chat ann --as bob                                  | USER and --as
          chat ann --token x                                 | --as and --token
          group create --as ann --members bob,,cid           | --members: '' (expected
          group create --as ann --members ''                 | --members: '' (expected
          group add --as ann --group 00000000000000000000000000000000 --members ' ' | --members: ''
          group add --as ann --group nonsense --members bob  | nonsense
          group leave --as ann --group 00000000000000000000000000000000 --client-message-id 1 | client message id: 1
          group                                              | COMMAND
          sned                                               | sned
          """)
  void wrongArgumentsAreAUsageError(String line, String said) {
    Run run = carillon(words(line));
    assertThat(run.err()).contains(said);
    assertThat(run.code()).isEqualTo(ExitCodes.USAGE);
    assertThat(run.out()).isEmpty();
    assertThat(data).isEmptyDirectory();
  }

  @Test
  void withoutAnInstallationNobodyAnswersAndNothingIsLeftBehind() {
    assertThat(carillon("sync", "--as", "bob").code()).isEqualTo(ExitCodes.UNREACHABLE);
    assertThat(carillon("listen", "--as", "bob").code()).isEqualTo(ExitCodes.UNREACHABLE);
    assertThat(carillon("chat", "bob").err()).contains("no installation runs in " + data);
    assertThat(data).isEmptyDirectory();
  }

  @Test
  void whereNobodyListensTheCommandGivesUpInTime() {
    Run run =
        carillon(
            "send",
            "--token",
            "t",
            "--endpoint",
            NOBODY,
            "--to",
            "bob",
            "--text",
            "hi",
            "--timeout",
            "1");
    assertThat(run.code()).isEqualTo(ExitCodes.UNREACHABLE);
    assertThat(run.err()).contains("within 1 seconds at " + NOBODY);
  }

  @Test
  void aDataFolderThatCannotBeUsedIsNamedWithoutJavaWords() throws IOException {
    Path file = Files.createFile(data.resolve("file"));
    Run asInstallation = Run.carillon("sync", "--as", "bob", "--data", file.toString());
    assertThat(asInstallation.code()).isEqualTo(ExitCodes.REFUSED);
    assertThat(asInstallation.err())
        .contains("the data folder " + file + " cannot be used")
        .doesNotContain("Exception");

    Run forCursors =
        Run.carillon(
            "sync",
            "--token",
            "t",
            "--endpoint",
            NOBODY,
            "--data",
            file.toString(),
            "--timeout",
            "1");
    assertThat(forCursors.code()).isEqualTo(ExitCodes.REFUSED);
    assertThat(forCursors.err()).contains(file.toString()).doesNotContain("Exception");
  }

  private Run carillon(String... arguments) {
    return Run.carillon(
        Stream.concat(Stream.of(arguments), Stream.of("--data", data.toString()))
            .toArray(String[]::new));
  }

  private static String[] words(String line) {
    return Stream.of(line.split(" +(?=([^']*'[^']*')*[^']*$)"))
        .map(word -> word.startsWith("'") ? word.substring(1, word.length() - 1) : word)
        .toArray(String[]::new);
  }
}
