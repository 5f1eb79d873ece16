package dev.carillon.runtime.grpc;

import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.telemetry.Counter;
import dev.carillon.runtime.telemetry.Metrics;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

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
    Release release = new Release(free);
    try {
      return new ReleasingListener<>(start(call, headers, next), release);
    } catch (RuntimeException e) {
      release.run();
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
    return new CancellingListener<>(Contexts.interceptCall(bounded, call, headers, next), bounded);
  }

  /// Gives one permit back, once.
  private record Release(Semaphore free, AtomicBoolean done) implements Runnable {
    Release(Semaphore free) {
      this(free, new AtomicBoolean());
    }

    @Override
    public void run() {
      if (done.compareAndSet(false, true)) {
        free.release();
      }
    }
  }

  /// Gives the permit back when the call is over, however it ended.
  private static final class ReleasingListener<Q> extends SimpleForwardingServerCallListener<Q> {
    private final Release release;

    ReleasingListener(ServerCall.Listener<Q> delegate, Release release) {
      super(delegate);
      this.release = release;
    }

    @Override
    public void onCancel() {
      release.run();
      super.onCancel();
    }

    @Override
    public void onComplete() {
      release.run();
      super.onComplete();
    }
  }

  /// Ends the bounded context with its call, so that its timer does not outlive it.
  private static final class CancellingListener<Q> extends SimpleForwardingServerCallListener<Q> {
    private final Context.CancellableContext context;

    CancellingListener(ServerCall.Listener<Q> delegate, Context.CancellableContext context) {
      super(delegate);
      this.context = context;
    }

    @Override
    public void onCancel() {
      super.onCancel();
      context.cancel(null);
    }

    @Override
    public void onComplete() {
      super.onComplete();
      context.cancel(null);
    }
  }
}
