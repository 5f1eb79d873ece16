package dev.carillon.cli;

/// What the exit codes of the command line mean.
public final class ExitCodes {
  /// Done.
  public static final int OK = 0;

  /// The request was refused.
  public static final int REFUSED = 1;

  /// The command line makes no sense.
  public static final int USAGE = 2;

  /// Nobody answers.
  public static final int UNREACHABLE = 3;

  private ExitCodes() {}
}
