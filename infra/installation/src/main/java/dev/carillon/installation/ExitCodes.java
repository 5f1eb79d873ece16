package dev.carillon.installation;

/// The exit codes of the command line.
public final class ExitCodes {
  /// Done.
  public static final int OK = 0;

  /// The request was refused.
  public static final int REFUSED = 1;

  /// Usage error: the arguments are wrong, and nothing was done.
  public static final int USAGE = 2;

  /// No server answered in time.
  public static final int UNREACHABLE = 3;

  private ExitCodes() {}
}
