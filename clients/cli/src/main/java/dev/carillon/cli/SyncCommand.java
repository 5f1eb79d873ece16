package dev.carillon.cli;

import dev.carillon.client.CarillonClient;
import dev.carillon.client.FileCursorStore;
import dev.carillon.installation.ExitCodes;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `carillon sync`: prints what a device has missed.
@Command(
    name = "sync",
    mixinStandardHelpOptions = true,
    description = {
      "Print the messages that this device has not seen yet, and remember that it has.",
      "The last line is the mailbox version up to which the device is complete."
    })
final class SyncCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin ConnectionOptions connection = new ConnectionOptions();

  @Option(names = "--from-start", description = "Forget what this device has seen, and print all.")
  boolean fromStart;

  @Option(names = "--json", description = "Print one JSON object a line.")
  boolean json;

  @Override
  public Integer call() {
    Output output = new Output(spec.commandLine().getOut(), json);
    try (FileCursorStore cursors = connection.cursors()) {
      if (fromStart) {
        cursors.reset();
      }
      try (CarillonClient client =
          connection.openForReceiving(
              cursors, message -> output.arrived(message, connection.owner()))) {
        output.version(connection.await(client.sync()));
      }
    }
    return ExitCodes.OK;
  }
}
