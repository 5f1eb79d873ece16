package dev.carillon.runtime.grpc;

import dev.carillon.runtime.errors.ForeignReason;
import dev.carillon.runtime.errors.Kind;
import dev.carillon.runtime.errors.Refusal;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Refusals of single items inside a stream that goes on, as `carillon.type.v1.Refusal`.
public final class RefusalFrames {
  private static final String RETRY_AFTER = "retry_after_ms";

  private RefusalFrames() {}

  /// What goes into the frame; for the kind INTERNAL nothing but the reason is told.
  public static dev.carillon.type.v1.Refusal toProto(Refusal refusal) {
    dev.carillon.type.v1.Refusal.Builder frame =
        dev.carillon.type.v1.Refusal.newBuilder()
            .setReason(refusal.reason().name())
            .setRetryable(refusal.retryable());
    if (refusal.reason().kind() == Kind.INTERNAL) {
      return frame.setMessage("internal error").build();
    }
    frame.setMessage(refusal.text()).putAllMetadata(refusal.metadata());
    refusal
        .retryAfter()
        .ifPresent(delay -> frame.putMetadata(RETRY_AFTER, Long.toString(delay.toMillis())));
    return frame.build();
  }

  /// The refusal that a frame tells of. Its kind is only as exact as the frame: retryable ones are
  /// `UNAVAILABLE`, others `PRECONDITION`.
  public static Refusal of(dev.carillon.type.v1.Refusal frame) {
    Kind kind = frame.getRetryable() ? Kind.UNAVAILABLE : Kind.PRECONDITION;
    Map<String, String> metadata = frame.getMetadataMap();
    return new Refusal(
        new ForeignReason(frame.getReason(), kind),
        frame.getMessage(),
        metadata,
        retryAfter(metadata.get(RETRY_AFTER)),
        null);
  }

  private static @Nullable Duration retryAfter(@Nullable String millis) {
    try {
      return millis == null ? null : Duration.ofMillis(Long.parseLong(millis));
    } catch (NumberFormatException foreign) {
      return null;
    }
  }
}
