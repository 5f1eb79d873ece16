package dev.carillon.runtime.grpc;

import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.telemetry.Counter;
import dev.carillon.runtime.telemetry.Metrics;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Bounds unary calls: how many are in flight, and how long each may take when the caller set no
/// end.
final class LimitServerInterceptor implements ServerInterceptor {
  private static final Duration RETRY_AFTER = Duration.ofMillis(100);

  private final Semaphore free;
  private final Duration defaultDeadline;
  private final ScheduledExecutorService timer;
  private final Counter refused;

  LimitServerInterceptor(
      int maxCalls, Duration defaultDeadline, ScheduledExecutorService timer, Metrics metrics) {
    this.free = new Semaphore(maxCalls);
    this.defaultDeadline = defaultDeadline;
    this.timer = timer;
    this.refused = metrics.counter("grpc.server.overloaded", "Calls refused as OVERLOADED.");
    metrics.gauge(
        "grpc.server.calls", "Unary calls in flight.", () -> maxCalls - free.availablePermits());
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    if (call.getMethodDescriptor().getType() != MethodType.UNARY) {
      return next.startCall(call, headers);
    }
    if (!free.tryAcquire()) {
      refused.increment();
      throw new Refusal(RuntimeReason.OVERLOADED, "too many calls in flight")
          .retryAfter(RETRY_AFTER);
    }
    try {
      return new EndingListener<>(start(call, headers, next), free::release);
    } catch (RuntimeException e) {
      free.release();
      throw e;
    }
  }

  private <Q, R> ServerCall.Listener<Q> start(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    Context context = Context.current();
    if (context.getDeadline() != null) {
      return next.startCall(call, headers);
    }
    // What the method calls in turn inherits this end; the timer ends with the call's own context.
    Context.CancellableContext bounded =
        context.withDeadlineAfter(defaultDeadline.toMillis(), TimeUnit.MILLISECONDS, timer);
    return new EndingListener<>(
        Contexts.interceptCall(bounded, call, headers, next), () -> bounded.cancel(null));
  }
}
