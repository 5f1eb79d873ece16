package dev.carillon.cli;

import dev.carillon.client.CarillonClient;
import dev.carillon.client.CarillonException;
import dev.carillon.client.ConnectionState;
import dev.carillon.client.FileCursorStore;
import dev.carillon.client.Message;
import dev.carillon.client.MessageListener;
import dev.carillon.installation.CommandFailure;
import dev.carillon.installation.ExitCodes;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `carillon listen`: prints messages as they arrive.
@Command(
    name = "listen",
    mixinStandardHelpOptions = true,
    description = {
      "Print messages as they arrive, and acknowledge them: first what this device has missed,",
      "then new ones, until Ctrl-C."
    })
final class ListenCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin ConnectionOptions connection = new ConnectionOptions();

  @Option(names = "--count", paramLabel = "N", description = "End after so many messages.")
  long count = Long.MAX_VALUE;

  @Option(names = "--for", paramLabel = "SECONDS", description = "End after so many seconds.")
  long seconds = TimeUnit.NANOSECONDS.toSeconds(Long.MAX_VALUE);

  @Option(names = "--json", description = "Print one JSON object a line.")
  boolean json;

  @Override
  public Integer call() throws InterruptedException {
    Output output = new Output(spec.commandLine().getOut(), json);
    Printer printer = new Printer(output, connection.owner(), Arguments.positive("--count", count));
    Arguments.positive("--for", seconds);
    try (FileCursorStore cursors = connection.cursors();
        CarillonClient client = connection.openForReceiving(cursors, printer)) {
      boolean ended = printer.awaitEnd(seconds);
      if (ended && printer.closedByServer) {
        throw new CommandFailure(
            ExitCodes.REFUSED,
            "the session was ended by the server: another session of this device began, or the"
                + " session was closed by a command");
      }
      if (!ended && client.state() != ConnectionState.CONNECTED) {
        throw new CommandFailure(
            ExitCodes.UNREACHABLE,
            "not connected when the time was over; the next run prints the messages that are"
                + " missing");
      }
    }
    return ExitCodes.OK;
  }

  /// Prints messages and counts them, up to `--count`.
  private static final class Printer implements MessageListener {
    private final Output output;
    private final String me;
    private final CountDownLatch end = new CountDownLatch(1);
    private long left;
    private volatile boolean closedByServer;

    Printer(Output output, String me, long count) {
      this.me = me;
      this.output = output;
      this.left = count;
    }

    @Override
    public void onMessage(Message message) {
      if (left == 0) {
        // The next run prints it: what throws here is not acknowledged.
        throw new CommandFailure(ExitCodes.OK, "enough messages");
      }
      output.arrived(message, me);
      if (--left == 0) {
        end.countDown();
      }
    }

    @Override
    public void onState(ConnectionState state) {
      if (state == ConnectionState.CLOSED) {
        closedByServer = true;
        end.countDown();
      }
    }

    @Override
    public void onError(Throwable error) {
      if (error instanceof CarillonException refused) {
        System.err.println("carillon: " + refused.getMessage() + " (trying again)");
      }
    }

    boolean awaitEnd(long seconds) throws InterruptedException {
      return end.await(seconds, TimeUnit.SECONDS);
    }
  }
}
