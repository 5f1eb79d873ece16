package dev.carillon.runtime.stream;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The streams that a service's callers have open, so that it can end them when it drains.
/// Thread-safe.
public final class OpenStreams {
  private final Set<CreditedStream<?, ?>> open = ConcurrentHashMap.newKeySet();
  private volatile boolean draining;

  /// No streams yet.
  public OpenStreams() {}

  /// Begins to read a stream; to be called by the service's method, which returns it.
  public <S extends CreditedStream<?, ?>> S begin(S stream) {
    open.add(stream);
    stream.begin(() -> open.remove(stream));
    if (draining) {
      stream.drain();
    }
    return stream;
  }

  /// Ends every stream as soon as what was read from it is answered, from now on also those that
  /// are opened.
  public void drain() {
    draining = true;
    open.forEach(CreditedStream::drain);
  }
}
