package dev.carillon.cli;

import dev.carillon.client.CarillonException;
import dev.carillon.installation.CommandFailure;
import dev.carillon.installation.ExitCodes;
import dev.carillon.installation.FileProblems;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The root of the `carillon` command line, with the commands that speak to a running installation.
@Command(
    name = "carillon",
    mixinStandardHelpOptions = true,
    version = "carillon 0.1.0",
    description = "Instant messaging that loses, doubles and reorders nothing.",
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:refused; the reason is on standard error",
      "2:usage error",
      "3:no answer"
    },
    subcommands = {
      SendCommand.class,
      SyncCommand.class,
      HistoryCommand.class,
      ListenCommand.class,
      ChatCommand.class,
      GroupCommand.class,
      TokenCommand.class
    })
public final class CarillonCommand implements Runnable {
  @Spec CommandSpec spec = CommandSpec.create();

  /// The root command; [#commandLine] makes it ready to run.
  public CarillonCommand() {}

  /// A command line that reports every failure as a line on standard error and an exit code.
  public static CommandLine commandLine() {
    return new CommandLine(new CarillonCommand())
        .setExecutionExceptionHandler((failure, command, parsed) -> failed(failure, command))
        .setUsageHelpAutoWidth(true);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command given (see --help)");
  }

  private static int failed(Exception failure, CommandLine command) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    PrintWriter err = command.getErr();
    err.println("carillon: " + message(cause));
    return exitCode(cause);
  }

  private static String message(Throwable failure) {
    return switch (failure) {
      case CommandFailure expected -> String.valueOf(expected.getMessage());
      case CarillonException refused -> String.valueOf(refused.getMessage());
      case IllegalStateException expected -> String.valueOf(expected.getMessage());
      case UncheckedIOException unchecked ->
          unchecked.getMessage()
              + ": "
              + FileProblems.words(Objects.requireNonNull(unchecked.getCause()));
      case IOException unusable -> FileProblems.words(unusable);
      default -> failure.toString();
    };
  }

  private static int exitCode(Throwable failure) {
    if (failure instanceof CommandFailure ended) {
      return ended.exitCode();
    }
    boolean unreachable =
        failure instanceof CarillonException answer
            && answer.kind() == CarillonException.Kind.UNREACHABLE;
    return unreachable ? ExitCodes.UNREACHABLE : ExitCodes.REFUSED;
  }
}
