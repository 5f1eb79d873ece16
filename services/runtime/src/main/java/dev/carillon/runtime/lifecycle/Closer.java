package dev.carillon.runtime.lifecycle;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Owns opened resources and closes them in reverse order, each once, even when closing one of them
/// fails.
///
/// Thread-safe. Something added after [#close] is closed at once, so that a start that loses the
/// race against a stop leaks nothing.
public final class Closer implements AutoCloseable {
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private boolean closed;

  /// Takes `closeable` over and hands it back.
  public <C extends AutoCloseable> C add(C closeable) {
    synchronized (open) {
      if (!closed) {
        open.push(closeable);
        return closeable;
      }
    }
    @Nullable Exception failure = close(closeable, null);
    throw new IllegalStateException("already closed", failure);
  }

  /// Closes everything in reverse order; the first failure is thrown at the end, with the others
  /// suppressed in it. A second call does nothing.
  @Override
  public void close() {
    @Nullable Exception failure = null;
    for (@Nullable AutoCloseable next = next(); next != null; next = next()) {
      failure = close(next, failure);
    }
    if (failure instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (failure != null) {
      throw new IllegalStateException("closing failed", failure);
    }
  }

  private @Nullable AutoCloseable next() {
    synchronized (open) {
      closed = true;
      return open.poll();
    }
  }

  private static @Nullable Exception close(AutoCloseable closeable, @Nullable Exception earlier) {
    try {
      closeable.close();
      return earlier;
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      if (earlier == null) {
        return e;
      }
      if (!earlier.equals(e)) {
        earlier.addSuppressed(e);
      }
      return earlier;
    }
  }
}
