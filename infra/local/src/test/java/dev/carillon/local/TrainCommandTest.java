package dev.carillon.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.cli.ExitCodes;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class TrainCommandTest {
  private final StringWriter errors = new StringWriter();

  @Test
  void leavesAFolderAloneThatIsThereAlready(@TempDir Path data) throws IOException {
    Path kept = Files.writeString(data.resolve("letters"), "mine");

    assertThat(train("--data", data.toString())).isEqualTo(ExitCodes.REFUSED);

    assertThat(kept).hasContent("mine");
    assertThat(errors.toString()).contains("exists (expected: a folder that does not exist)");
  }

  @Test
  void requiresTheDataFolder() {
    assertThat(train()).isEqualTo(ExitCodes.USAGE);
  }

  private int train(String... options) {
    String[] words = new String[options.length + 1];
    words[0] = "train";
    System.arraycopy(options, 0, words, 1, options.length);
    CommandLine commands = LocalCommands.commandLine().setErr(new PrintWriter(errors, true));
    return commands.execute(words);
  }
}
