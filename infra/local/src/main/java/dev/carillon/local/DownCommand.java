package dev.carillon.local;

import com.google.gson.JsonObject;
import dev.carillon.installation.CommandFailure;
import dev.carillon.installation.ExitCodes;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `carillon down`: stops the whole product in good order.
@Command(
    name = "down",
    mixinStandardHelpOptions = true,
    description = {
      "Stop the installation and wait until it is gone. Data stays.",
      "When none runs, it says so and succeeds."
    })
final class DownCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin FolderOptions options = new FolderOptions();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "How long an orderly stop may take. Default: ${DEFAULT-VALUE}.")
  int timeoutSeconds;

  @Override
  public Integer call() throws IOException, InterruptedException {
    OptionalLong holder = options.folder().holder();
    if (holder.isEmpty()) {
      show("nothing runs in " + options.folder().root(), false);
      return ExitCodes.OK;
    }
    Optional<ProcessHandle> supervisor = ProcessHandle.of(holder.getAsLong());
    if (supervisor.isPresent()) {
      stop(supervisor.get());
    }
    show("stopped", true);
    return ExitCodes.OK;
  }

  private void stop(ProcessHandle supervisor) throws InterruptedException {
    supervisor.destroy();
    try {
      supervisor.onExit().get(timeoutSeconds, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new CommandFailure(
          ExitCodes.REFUSED,
          "process "
              + supervisor.pid()
              + " is still stopping after "
              + timeoutSeconds
              + " s; its logs are in "
              + options.folder().logs());
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot wait for process " + supervisor.pid(), e);
    }
  }

  private void show(String text, boolean stopped) {
    PrintWriter out = spec.commandLine().getOut();
    if (options.json) {
      JsonObject line = new JsonObject();
      line.addProperty("state", "stopped");
      line.addProperty("was_running", stopped);
      line.addProperty("data", options.folder().root().toString());
      out.println(line);
    } else {
      out.println(text);
    }
    out.flush();
  }
}
