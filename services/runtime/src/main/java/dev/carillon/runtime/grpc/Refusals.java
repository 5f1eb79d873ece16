package dev.carillon.runtime.grpc;

import dev.carillon.runtime.errors.ForeignReason;
import dev.carillon.runtime.errors.Kind;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Converts failures to refusals, and refusals to the exceptions of gRPC stubs and observers.
public final class Refusals {
  private static final String RETRY_AFTER = "retry_after_ms";

  private Refusals() {}

  /// The refusal that `failure` is, carries, or was caused by; anything else is `UNEXPECTED`.
  ///
  /// Adapters to other services use it to hand their callers the reason that the other side gave:
  /// `reason()`, `metadata()`, `retryAfter()`, `retryable()`. The kinds INVALID to EXHAUSTED mean
  /// that the other side did nothing; after `PEER_UNAVAILABLE`, `DEADLINE_EXCEEDED` and `CANCELLED`
  /// it is not known whether it did.
  public static Refusal of(Throwable failure) {
    for (@Nullable Throwable one = failure; one != null; one = one.getCause()) {
      if (one instanceof Refusal refusal) {
        return refusal;
      }
      if (one instanceof StatusRuntimeException exception) {
        return refusal(exception.getStatus(), exception.getTrailers(), exception);
      }
      if (one instanceof StatusException exception) {
        return refusal(exception.getStatus(), exception.getTrailers(), exception);
      }
    }
    return new Refusal(RuntimeReason.UNEXPECTED, String.valueOf(failure.getMessage()), failure);
  }

  /// The exception for `responseObserver.onError`, with the reason in its trailers.
  public static StatusRuntimeException toStatusException(Refusal refusal) {
    return Statuses.status(refusal).asRuntimeException(Statuses.trailers(refusal));
  }

  /// The form in which a refusal travels inside a stream that goes on. For the kind INTERNAL only
  /// the reason is sent.
  public static dev.carillon.type.v1.Refusal toFrame(Refusal refusal) {
    dev.carillon.type.v1.Refusal.Builder frame =
        dev.carillon.type.v1.Refusal.newBuilder()
            .setReason(refusal.reason().name())
            .setRetryable(refusal.retryable());
    if (refusal.reason().kind() == Kind.INTERNAL) {
      return frame.setMessage(Statuses.INTERNAL_TEXT).build();
    }
    frame.setMessage(refusal.text()).putAllMetadata(refusal.metadata());
    refusal
        .retryAfter()
        .ifPresent(delay -> frame.putMetadata(RETRY_AFTER, String.valueOf(delay.toMillis())));
    return frame.build();
  }

  /// The refusal that a frame carries. Frames have no kind, so a retryable one is UNAVAILABLE and
  /// any other PRECONDITION here.
  public static Refusal ofFrame(dev.carillon.type.v1.Refusal frame) {
    Kind kind = frame.getRetryable() ? Kind.UNAVAILABLE : Kind.PRECONDITION;
    return new Refusal(
        new ForeignReason(frame.getReason(), kind),
        frame.getMessage(),
        frame.getMetadataMap(),
        retryAfter(frame.getMetadataOrDefault(RETRY_AFTER, "")),
        null);
  }

  private static @Nullable Duration retryAfter(String millis) {
    return millis.matches("\\d{1,15}") ? Duration.ofMillis(Long.parseLong(millis)) : null;
  }

  private static Refusal refusal(
      Status status, io.grpc.@Nullable Metadata trailers, Throwable cause) {
    // A status made in this process from a refusal still has it at hand.
    return status.getCause() instanceof Refusal refusal
        ? refusal
        : Statuses.refusal(status, trailers, cause);
  }
}
