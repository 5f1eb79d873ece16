package dev.carillon.message.append;

import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import java.time.Duration;
import java.util.Optional;

/// Which changes a writer still accepts while its queue does not empty any more. Group messages are
/// refused first, because each costs the most, then direct messages, and resends last, so that what
/// is accepted is answered in time.
///
/// @param queuedChanges how many changes may wait before every further one is pushed back
/// @param queueWait how long changes may stand in the queue before group messages are pushed back;
///   direct ones are at twice that, resends at four times
/// @param appendTimeout how long a change may wait for the database and the sequence service
public record Admission(int queuedChanges, Duration queueWait, Duration appendTimeout) {
  private static final int DIRECT = 2;
  private static final int RESEND = 4;

  /// Why a change is pushed back now; empty when it is taken.
  ///
  /// @param queued how many changes wait before it
  /// @param standing how long changes stand in the queue, in nanoseconds
  Optional<Refusal> refusal(Change change, int queued, long standing) {
    if (queued >= queuedChanges) {
      return Optional.of(full("changes waiting: " + queued, queuedChanges));
    }
    if (standing <= queueWait.toNanos() * patience(change)) {
      return Optional.empty();
    }
    Duration wait = Duration.ofNanos(standing);
    String text = "changes wait for " + wait.toMillis() + " ms (expected: at most ";
    return Optional.of(
        overloaded(text + queueWait.toMillis() + " ms)").retryAfter(wait.multipliedBy(2)));
  }

  /// A resend has cost its sender a wait already, and its message may be stored; a change of
  /// members is rare, and others wait for it.
  private static int patience(Change change) {
    return switch (change) {
      case Change.Post post when post.resend() -> RESEND;
      case Change.Post post -> post.conversation().isDirect() ? DIRECT : 1;
      case Change.CreateGroup _, Change.AddMembers _, Change.RemoveMembers _ -> RESEND;
    };
  }

  /// The refusal of a queue that takes nothing more.
  Refusal full(String found, long limit) {
    return overloaded(found + " (expected: fewer than " + limit + ")").retryAfter(queueWait);
  }

  private static Refusal overloaded(String text) {
    return new Refusal(RuntimeReason.OVERLOADED, text);
  }
}
