package dev.carillon.runtime.grpc;

import com.google.protobuf.Message;
import dev.carillon.runtime.errors.Kind;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers refusals with their reason and everything unexpected with INTERNAL, logged once here.
///
/// Refusals may be thrown by a method or handed to its response observer. Requests of methods that
/// are not bidirectional streams are checked against the contract on the way in.
final class RefusalServerInterceptor implements ServerInterceptor {
  private static final Logger LOG = LoggerFactory.getLogger(RefusalServerInterceptor.class);
  private static final Metadata.Key<byte[]> DETAILS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    RefusingCall<Q, R> refusing = new RefusingCall<>(call);
    try {
      return new RefusingListener<>(next.startCall(refusing, headers), refusing);
    } catch (RuntimeException e) {
      refusing.refuse(e);
      return new ServerCall.Listener<>() {};
    }
  }

  /// A call that answers failures as refusals with a reason.
  private static final class RefusingCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
    private final AtomicBoolean closed = new AtomicBoolean();

    RefusingCall(ServerCall<Q, R> delegate) {
      super(delegate);
    }

    boolean isClosed() {
      return closed.get();
    }

    /// Ends the call because of `failure`, unless it has ended already.
    void refuse(RuntimeException failure) {
      if (failure instanceof StatusRuntimeException exception) {
        @Nullable Metadata trailers = exception.getTrailers();
        close(exception.getStatus(), trailers == null ? new Metadata() : trailers);
      } else {
        close(Status.UNKNOWN.withCause(failure), new Metadata());
      }
    }

    @Override
    public void close(Status status, Metadata trailers) {
      if (!closed.compareAndSet(false, true)) {
        return;
      }
      @Nullable Throwable cause = status.getCause();
      if (status.isOk() || trailers.containsKey(DETAILS)) {
        super.close(status, trailers);
      } else if (cause instanceof Refusal refusal) {
        close(refusal, trailers);
      } else if (cause != null && isOurs(status)) {
        close(new Refusal(RuntimeReason.UNEXPECTED, "unexpected", cause), trailers);
      } else {
        super.close(status, trailers);
      }
    }

    private void close(Refusal refusal, Metadata trailers) {
      if (refusal.reason().kind() == Kind.INTERNAL) {
        @Nullable Throwable cause = refusal.getCause();
        LOG.atError()
            .addKeyValue("method", getMethodDescriptor().getFullMethodName())
            .addKeyValue("reason", refusal.reason().name())
            .setCause(cause == null ? refusal : cause)
            .log("call failed: {}", refusal.text());
      }
      StatusRuntimeException answer = Refusals.toStatusException(refusal);
      @Nullable Metadata details = answer.getTrailers();
      if (details != null) {
        trailers.merge(details);
      }
      super.close(answer.getStatus(), trailers);
    }

    /// Codes that gRPC itself gives for an exception of ours, and not one that came from a peer.
    private static boolean isOurs(Status status) {
      return (status.getCode() == Status.Code.UNKNOWN || status.getCode() == Status.Code.INTERNAL)
          && !(status.getCause() instanceof StatusRuntimeException);
    }
  }

  /// Checks requests before the method and ends the call when the method throws.
  private static final class RefusingListener<Q, R> extends SimpleForwardingServerCallListener<Q> {
    private final RefusingCall<Q, R> call;
    private final boolean checked;

    RefusingListener(ServerCall.Listener<Q> delegate, RefusingCall<Q, R> call) {
      super(delegate);
      this.call = call;
      this.checked = call.getMethodDescriptor().getType() != MethodType.BIDI_STREAMING;
    }

    @Override
    public void onMessage(Q message) {
      if (call.isClosed()) {
        return;
      }
      refusing(() -> {
        if (checked && message instanceof Message proto) {
          RequestValidator.shared().check(proto);
        }
        super.onMessage(message);
      });
    }

    @Override
    public void onHalfClose() {
      // A unary method runs here; a request refused above must not reach it.
      if (!call.isClosed()) {
        refusing(super::onHalfClose);
      }
    }

    @Override
    public void onReady() {
      refusing(super::onReady);
    }

    @Override
    public void onCancel() {
      quietly(super::onCancel);
    }

    @Override
    public void onComplete() {
      quietly(super::onComplete);
    }

    private void refusing(Runnable callback) {
      try {
        callback.run();
      } catch (RuntimeException e) {
        call.refuse(e);
      }
    }

    /// The call is over, so its caller expects no answer.
    private void quietly(Runnable callback) {
      try {
        callback.run();
      } catch (RuntimeException e) {
        String method = call.getMethodDescriptor().getFullMethodName();
        LOG.atError().addKeyValue("method", method).setCause(e).log("ended call failed");
      }
    }
  }
}
