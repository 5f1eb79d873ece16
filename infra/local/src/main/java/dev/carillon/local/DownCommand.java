package dev.carillon.local;

import dev.carillon.installation.CommandFailure;
import dev.carillon.installation.ExitCodes;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `carillon down`: stops the whole product in good order.
@Command(
    name = "down",
    mixinStandardHelpOptions = true,
    description = {
      "Stop the installation and wait until it is gone. Data stays.",
      "When none runs, it says so and succeeds."
    })
final class DownCommand extends InstallationCommand {
  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "How long an orderly stop may take. Default: ${DEFAULT-VALUE}.")
  int timeoutSeconds;

  /// The result, for programs.
  private record DownLine(String state, boolean wasRunning, String data) {}

  @Override
  public Integer call() throws ExecutionException, InterruptedException {
    OptionalLong holder = folder().holder();
    if (holder.isPresent()) {
      stop(holder.getAsLong());
    }
    String data = folder().root().toString();
    print(
        List.of(new DownLine("stopped", holder.isPresent(), data)),
        List.of(holder.isPresent() ? "stopped" : "nothing runs in " + data));
    return ExitCodes.OK;
  }

  private void stop(long pid) throws ExecutionException, InterruptedException {
    ProcessHandle supervisor = ProcessHandle.of(pid).orElse(null);
    if (supervisor == null) {
      return;
    }
    supervisor.destroy();
    try {
      supervisor.onExit().get(timeoutSeconds, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new CommandFailure(
          ExitCodes.REFUSED,
          "process %d is still stopping after %d s; its logs are in %s"
              .formatted(pid, timeoutSeconds, folder().logs()));
    }
  }
}
