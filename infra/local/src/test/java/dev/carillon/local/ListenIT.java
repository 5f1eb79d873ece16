package dev.carillon.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonParser;
import dev.carillon.cli.CarillonCommand;
import dev.carillon.client.SentMessage;
import dev.carillon.client.Target;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// `listen` in a process of its own, ended as people end it.
@ExtendWith(Product.class)
final class ListenIT {
  /// What the shell reports of a process that SIGINT ended.
  private static final int ENDED_BY_CTRL_C = 130;

  private static final long LIMIT_SECONDS = 60;

  @Test
  void endsByCtrlCAndRemembersWhatItPrinted(OwnInstallation installation) throws Exception {
    Path data = installation.folder().root();
    String ann = Product.person("ann");
    String bob = Product.person("bob");
    Path errors = Files.createTempFile("listen", ".err");
    Process listen = listen(data, bob, errors);
    try (RecordingDevice sender = Product.device(installation, ann, "phone");
        BufferedReader lines = listen.inputReader(StandardCharsets.UTF_8)) {
      SentMessage first = sender.send(Target.user(bob), "one");
      assertThat(text(lines.readLine())).isEqualTo("one");
      Path cursors = data.resolve("clients").resolve(bob).resolve("cli").resolve("cursors");
      await()
          .until(() -> Files.readString(cursors).contains(first.conversationId().hex() + " 1\n"));

      interrupt(listen);
      assertThat(listen.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(listen.exitValue()).isEqualTo(ENDED_BY_CTRL_C);
      assertThat(lines.readLine()).isNull();
      assertThat(errors).isEmptyFile();

      sender.send(Target.user(bob), "two");
    } finally {
      listen.destroyForcibly();
    }
    Process again = listen(data, bob, errors, "--count", "1");
    try (BufferedReader lines = again.inputReader(StandardCharsets.UTF_8)) {
      assertThat(text(lines.readLine())).isEqualTo("two");
      assertThat(again.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(again.exitValue()).isZero();
    } finally {
      again.destroyForcibly();
    }
  }

  private static String text(@Nullable String line) {
    return JsonParser.parseString(Objects.requireNonNull(line))
        .getAsJsonObject()
        .get("text")
        .getAsString();
  }

  private static void interrupt(Process process) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
  }

  private static Process listen(Path data, String user, Path errors, String... more)
      throws IOException {
    List<String> command =
        List.of(
            // A job in the background of a script ignores SIGINT, and so would all its children.
            "env",
            "--default-signal=INT",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            CommandLineMain.class.getName(),
            "listen",
            "--json",
            "--as",
            user,
            "--data",
            data.toString());
    return new ProcessBuilder(Stream.concat(command.stream(), Stream.of(more)).toList())
        .redirectError(errors.toFile())
        .start();
  }

  /// The command line as a program.
  static final class CommandLineMain {
    private CommandLineMain() {}

    public static void main(String[] arguments) {
      System.exit(LocalCommands.addTo(CarillonCommand.commandLine()).execute(arguments));
    }
  }
}
