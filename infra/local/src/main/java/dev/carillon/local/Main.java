package dev.carillon.local;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The `carillon` command line as the root script starts it.
@Command(
    name = "carillon",
    mixinStandardHelpOptions = true,
    version = "0.1.0",
    description = "An instant-messaging backend on your own machine.")
final class Main implements Runnable {
  private Main() {}

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Main()).execute(arguments));
  }

  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }
}
