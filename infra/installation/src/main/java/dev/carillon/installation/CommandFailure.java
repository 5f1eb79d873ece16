package dev.carillon.installation;

/// A command that ends without success: the text for standard error, and the exit code.
public final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  /// Ends the command with one of the [ExitCodes].
  public CommandFailure(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /// One of the [ExitCodes].
  public int exitCode() {
    return exitCode;
  }
}
