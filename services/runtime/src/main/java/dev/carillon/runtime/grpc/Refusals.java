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
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Converts failures to refusals, and refusals to the exceptions of gRPC stubs and observers.
public final class Refusals {
  private static final String DOMAIN = "carillon.dev";

  /// The only text that callers get of an internal error.
  private static final String INTERNAL_TEXT = "internal error";

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

  /// The exception for `responseObserver.onError`: a status code with `google.rpc.ErrorInfo` and,
  /// where known, `RetryInfo` in its trailers. For the kind INTERNAL only the reason is sent.
  public static StatusRuntimeException toStatusException(Refusal refusal) {
    boolean internal = refusal.reason().kind() == Kind.INTERNAL;
    String text = internal ? INTERNAL_TEXT : refusal.text();
    Status status =
        code(refusal.reason().kind()).toStatus().withDescription(text).withCause(refusal);
    ErrorInfo info =
        ErrorInfo.newBuilder()
            .setReason(refusal.reason().name())
            .setDomain(DOMAIN)
            .putAllMetadata(internal ? Map.of() : refusal.metadata())
            .build();
    com.google.rpc.Status.Builder proto =
        com.google.rpc.Status.newBuilder()
            .setCode(status.getCode().value())
            .setMessage(text)
            .addDetails(Any.pack(info));
    refusal
        .retryAfter()
        .map(delay -> Durations.fromNanos(delay.toNanos()))
        .map(delay -> RetryInfo.newBuilder().setRetryDelay(delay).build())
        .ifPresent(retry -> proto.addDetails(Any.pack(retry)));
    return status.asRuntimeException(
        StatusProto.toStatusRuntimeException(proto.build()).getTrailers());
  }

  /// The form in which a refusal travels inside a stream that goes on. For the kind INTERNAL only
  /// the reason is sent.
  public static dev.carillon.type.v1.Refusal toFrame(Refusal refusal) {
    dev.carillon.type.v1.Refusal.Builder frame =
        dev.carillon.type.v1.Refusal.newBuilder()
            .setReason(refusal.reason().name())
            .setRetryable(refusal.retryable());
    if (refusal.reason().kind() == Kind.INTERNAL) {
      return frame.setMessage(INTERNAL_TEXT).build();
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

  private static Refusal refusal(Status status, @Nullable Metadata trailers, Throwable cause) {
    // A status made in this process from a refusal still has it at hand.
    if (status.getCause() instanceof Refusal refusal) {
      return refusal;
    }
    com.google.rpc.@Nullable Status proto = StatusProto.fromStatusAndTrailers(status, trailers);
    Optional<ErrorInfo> info = detail(proto, ErrorInfo.class);
    @Nullable String description = status.getDescription();
    String name = info.map(ErrorInfo::getReason).orElseGet(() -> reason(status.getCode()));
    return new Refusal(
        new ForeignReason(name, kind(status.getCode())),
        description == null ? status.getCode().name() : description,
        info.map(ErrorInfo::getMetadataMap).orElse(Map.of()),
        detail(proto, RetryInfo.class)
            .map(retry -> Duration.ofNanos(Durations.toNanos(retry.getRetryDelay())))
            .orElse(null),
        cause);
  }

  /// The reason of a code without `ErrorInfo`: it came from the transport or from foreign code.
  private static String reason(Status.Code code) {
    return code == Status.Code.UNAVAILABLE ? RuntimeReason.PEER_UNAVAILABLE.name() : code.name();
  }

  private static Kind kind(Status.Code code) {
    return switch (code) {
      case INVALID_ARGUMENT, OUT_OF_RANGE -> Kind.INVALID;
      case UNAUTHENTICATED -> Kind.UNAUTHENTICATED;
      case PERMISSION_DENIED -> Kind.FORBIDDEN;
      case NOT_FOUND -> Kind.NOT_FOUND;
      case ALREADY_EXISTS -> Kind.CONFLICT;
      case FAILED_PRECONDITION, ABORTED -> Kind.PRECONDITION;
      case RESOURCE_EXHAUSTED -> Kind.EXHAUSTED;
      case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED -> Kind.UNAVAILABLE;
      case OK, UNKNOWN, UNIMPLEMENTED, INTERNAL, DATA_LOSS -> Kind.INTERNAL;
    };
  }

  private static Status.Code code(Kind kind) {
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
