package dev.carillon.bench.load;

/// How much may be in flight so that nothing is pushed back: a little more after every answer, half
/// as much after a refusal. For one loop; not thread-safe.
public final class Window {
  private final int least;
  private final int most;
  private double size;
  private long untouched;

  /// @param least at least so many, from which it begins
  /// @param most at most so many
  public Window(int least, int most) {
    this.least = least;
    this.most = most;
    this.size = least;
  }

  /// One that is always of the same size.
  public static Window of(int size) {
    return new Window(size, size);
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

  /// One was pushed back; what was in flight with it shows nothing more.
  void pushedBack() {
    if (untouched-- <= 0) {
      untouched = (long) size;
      size = Math.max(least, size / 2);
    }
  }
}
