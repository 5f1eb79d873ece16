package dev.carillon.sequence;

import dev.carillon.runtime.errors.Refusal;
import dev.carillon.sequence.v1.Block;
import dev.carillon.sequence.v1.Grant;
import dev.carillon.sequence.v1.ReserveResponse;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Converts outcomes to their protobuf messages.
final class GrpcGrants {
  private GrpcGrants() {}

  /// The answer to one request; every outcome is there.
  static ReserveResponse response(long requestId, @Nullable Outcome[] outcomes) {
    ReserveResponse.Builder response = ReserveResponse.newBuilder().setRequestId(requestId);
    for (@Nullable Outcome outcome : outcomes) {
      response.addGrants(grant(Objects.requireNonNull(outcome)));
    }
    return response.build();
  }

  static Block block(Outcome.Block block) {
    return Block.newBuilder().setFirst(block.first()).setLast(block.last()).build();
  }

  private static Grant grant(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Block block -> Grant.newBuilder().setBlock(block(block)).build();
      case Outcome.Refused refused ->
          Grant.newBuilder().setRefusal(refusal(refused.refusal())).build();
    };
  }

  /// Asking again is always safe here: at worst numbers are skipped.
  private static dev.carillon.type.v1.Refusal refusal(Refusal refusal) {
    dev.carillon.type.v1.Refusal.Builder wire =
        dev.carillon.type.v1.Refusal.newBuilder()
            .setReason(refusal.reason().name())
            .setMessage(refusal.text())
            .setRetryable(true)
            .putAllMetadata(refusal.metadata());
    refusal
        .retryAfter()
        .ifPresent(delay -> wire.putMetadata("retry_after_ms", Long.toString(delay.toMillis())));
    return wire.build();
  }
}
