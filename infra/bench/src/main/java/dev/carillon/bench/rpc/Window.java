package dev.carillon.bench.rpc;

/// How much may be in flight so that nothing is pushed back: a little more after every answer, half
/// as much after a refusal. Not thread-safe.
final class Window {
  private final int least;
  private final int most;
  private double size;
  private long untouched;

  /// @param least at least so many, from which it begins
  /// @param most at most so many
  Window(int least, int most) {
    this.least = least;
    this.most = most;
    this.size = least;
  }

  /// How many may be in flight now.
  int size() {
    return (int) size;
  }

  /// One came through.
  void taken() {
    untouched--;
    size = Math.min(most, size + 1 / size);
  }

  /// One was pushed back; what was in flight with it tells nothing more.
  void pushedBack() {
    if (untouched-- <= 0) {
      untouched = (long) size;
      size = Math.max(least, size / 2);
    }
  }
}
