package dev.carillon.runtime.grpc;

import io.grpc.stub.StreamObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Keeps what a stream brings and how it ended.
final class RecordingObserver<T> implements StreamObserver<T> {
  private final BlockingQueue<T> values = new LinkedBlockingQueue<>();
  private final CompletableFuture<@Nullable Throwable> end = new CompletableFuture<>();
  private volatile String thread = "";

  /// The next value; fails the test when none comes.
  T next() throws InterruptedException {
    @Nullable T value = values.poll(60, TimeUnit.SECONDS);
    if (value == null) {
      throw new AssertionError("nothing came within 60 s");
    }
    return value;
  }

  /// Waits for the end; null for an orderly one.
  @Nullable Throwable end() {
    return end.orTimeout(60, TimeUnit.SECONDS).join();
  }

  /// The name of the thread that brought the last value.
  String thread() {
    return thread;
  }

  @Override
  public void onNext(T value) {
    thread = Thread.currentThread().getName();
    values.add(value);
  }

  @Override
  public void onError(Throwable failure) {
    end.complete(failure);
  }

  @Override
  public void onCompleted() {
    end.complete(null);
  }
}
