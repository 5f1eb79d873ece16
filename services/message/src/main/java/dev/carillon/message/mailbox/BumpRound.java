package dev.carillon.message.mailbox;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Bumps that belong together: one conversation's members are to learn of its newest message.
///
/// Tells when all of them are durable, once, on a writer's thread; never when the writer is closed
/// before.
public final class BumpRound {
  private final List<Bump> bumps;
  private final Runnable onDurable;
  private final AtomicInteger left;

  /// The bumps of one round, at least one, and what is to happen when they are durable, quickly and
  /// without blocking.
  public BumpRound(List<Bump> bumps, Runnable onDurable) {
    if (bumps.isEmpty()) {
      throw new IllegalArgumentException("bumps: none (expected: at least 1)");
    }
    this.bumps = List.copyOf(bumps);
    this.onDurable = onDurable;
    this.left = new AtomicInteger(this.bumps.size());
  }

  List<Bump> bumps() {
    return bumps;
  }

  /// So many more of them are durable.
  void durable(int count) {
    if (left.addAndGet(-count) == 0) {
      onDurable.run();
    }
  }
}
