package dev.carillon.runtime.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.carillon.runtime.errors.ForeignReason;
import dev.carillon.runtime.errors.Kind;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Refusals on the wire: a status code with `google.rpc.ErrorInfo` and, where known, `RetryInfo`.
final class Statuses {
  static final String DOMAIN = "carillon.dev";

  /// The only text that callers get of an internal error.
  static final String INTERNAL_TEXT = "internal error";

  private Statuses() {}

  /// The code that stands for `kind`.
  static Status.Code code(Kind kind) {
    return switch (kind) {
      case INVALID -> Status.Code.INVALID_ARGUMENT;
      case UNAUTHENTICATED -> Status.Code.UNAUTHENTICATED;
      case FORBIDDEN -> Status.Code.PERMISSION_DENIED;
      case NOT_FOUND -> Status.Code.NOT_FOUND;
      case CONFLICT -> Status.Code.ALREADY_EXISTS;
      case PRECONDITION -> Status.Code.FAILED_PRECONDITION;
      case EXHAUSTED -> Status.Code.RESOURCE_EXHAUSTED;
      case UNAVAILABLE -> Status.Code.UNAVAILABLE;
      case INTERNAL -> Status.Code.INTERNAL;
    };
  }

  /// What a code without `ErrorInfo` means: it came from the transport or from foreign code.
  static ForeignReason reason(Status.Code code) {
    return switch (code) {
      case INVALID_ARGUMENT, OUT_OF_RANGE -> new ForeignReason(code.name(), Kind.INVALID);
      case UNAUTHENTICATED -> new ForeignReason(code.name(), Kind.UNAUTHENTICATED);
      case PERMISSION_DENIED -> new ForeignReason(code.name(), Kind.FORBIDDEN);
      case NOT_FOUND -> new ForeignReason(code.name(), Kind.NOT_FOUND);
      case ALREADY_EXISTS -> new ForeignReason(code.name(), Kind.CONFLICT);
      case FAILED_PRECONDITION, ABORTED -> new ForeignReason(code.name(), Kind.PRECONDITION);
      case RESOURCE_EXHAUSTED -> new ForeignReason(code.name(), Kind.EXHAUSTED);
      case UNAVAILABLE -> foreign(RuntimeReason.PEER_UNAVAILABLE);
      case DEADLINE_EXCEEDED -> foreign(RuntimeReason.DEADLINE_EXCEEDED);
      case CANCELLED -> foreign(RuntimeReason.CANCELLED);
      case OK, UNKNOWN, UNIMPLEMENTED, INTERNAL, DATA_LOSS ->
          new ForeignReason(code.name(), Kind.INTERNAL);
    };
  }

  /// The status of `refusal`; for the kind INTERNAL only the reason is sent.
  static Status status(Refusal refusal) {
    boolean internal = refusal.reason().kind() == Kind.INTERNAL;
    return code(refusal.reason().kind())
        .toStatus()
        .withDescription(internal ? INTERNAL_TEXT : refusal.text())
        .withCause(refusal);
  }

  /// The trailers of `refusal`.
  static Metadata trailers(Refusal refusal) {
    boolean internal = refusal.reason().kind() == Kind.INTERNAL;
    Status status = status(refusal);
    com.google.rpc.Status.Builder proto =
        com.google.rpc.Status.newBuilder()
            .setCode(status.getCode().value())
            .setMessage(String.valueOf(status.getDescription()))
            .addDetails(
                Any.pack(
                    ErrorInfo.newBuilder()
                        .setReason(refusal.reason().name())
                        .setDomain(DOMAIN)
                        .putAllMetadata(internal ? Map.of() : refusal.metadata())
                        .build()));
    refusal
        .retryAfter()
        .ifPresent(delay ->
            proto.addDetails(
                Any.pack(
                    RetryInfo.newBuilder()
                        .setRetryDelay(Durations.fromNanos(delay.toNanos()))
                        .build())));
    @Nullable Metadata trailers = StatusProto.toStatusRuntimeException(proto.build()).getTrailers();
    return trailers == null ? new Metadata() : trailers;
  }

  /// The refusal that `status` and `trailers` carry.
  static Refusal refusal(Status status, @Nullable Metadata trailers, Throwable cause) {
    com.google.rpc.@Nullable Status proto = StatusProto.fromStatusAndTrailers(status, trailers);
    Optional<ErrorInfo> info = detail(proto, ErrorInfo.class);
    @Nullable String description = status.getDescription();
    ForeignReason reason = reason(status.getCode());
    return new Refusal(
        info.map(found -> new ForeignReason(found.getReason(), reason.kind())).orElse(reason),
        description == null ? status.getCode().name() : description,
        info.map(ErrorInfo::getMetadataMap).orElse(Map.of()),
        detail(proto, RetryInfo.class).map(Statuses::delay).orElse(null),
        cause);
  }

  private static ForeignReason foreign(RuntimeReason reason) {
    return new ForeignReason(reason.name(), reason.kind());
  }

  private static Duration delay(RetryInfo info) {
    return Duration.ofNanos(Durations.toNanos(info.getRetryDelay()));
  }

  private static <M extends Message> Optional<M> detail(
      com.google.rpc.@Nullable Status proto, Class<M> type) {
    if (proto == null) {
      return Optional.empty();
    }
    for (Any any : proto.getDetailsList()) {
      if (any.is(type)) {
        try {
          return Optional.of(any.unpack(type));
        } catch (InvalidProtocolBufferException e) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }
}
