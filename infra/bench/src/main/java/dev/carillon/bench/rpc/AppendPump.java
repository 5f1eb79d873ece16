package dev.carillon.bench.rpc;

import dev.carillon.message.v1.AppendRequest;
import dev.carillon.message.v1.AppendResponse;
import dev.carillon.message.v1.AppendResult;
import dev.carillon.message.v1.MessageServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;

/// One stream of appends that is kept as full as the service takes it.
///
/// Answers come one at a time; counts may be read by any thread.
final class AppendPump implements StreamObserver<AppendResponse> {
  private static final int ITEMS_OF_A_REQUEST = 100;
  private static final int LEAST = 2 * ITEMS_OF_A_REQUEST;
  private static final int MOST = 2_000;

  private final AppendItems items;
  private final Window window = new Window(LEAST, MOST);
  private long sent;
  private volatile long stored;
  private volatile long refused;
  private volatile long violations;
  private volatile boolean ending;
  private @Nullable StreamObserver<AppendRequest> stream;

  AppendPump(AppendItems items) {
    this.items = items;
  }

  /// Opens the stream and fills it.
  void start(ManagedChannel channel) {
    StreamObserver<AppendRequest> opened = MessageServiceGrpc.newStub(channel).append(this);
    synchronized (this) {
      stream = opened;
      fill();
    }
  }

  /// Asks for nothing more.
  void end() {
    ending = true;
  }

  long stored() {
    return stored;
  }

  long refused() {
    return refused;
  }

  long violations() {
    return violations;
  }

  private void fill() {
    StreamObserver<AppendRequest> open = stream;
    while (open != null
        && !ending
        && sent - stored - refused + ITEMS_OF_A_REQUEST <= window.size()) {
      AppendRequest.Builder request = AppendRequest.newBuilder();
      for (int i = 0; i < ITEMS_OF_A_REQUEST; i++) {
        request.addItems(items.item(sent++));
      }
      open.onNext(request.build());
    }
  }

  @Override
  public synchronized void onNext(AppendResponse answer) {
    answer.getResultsList().forEach(this::count);
    fill();
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // One thread writes.
  private void count(AppendResult result) {
    switch (items.judge(result)) {
      case DONE -> {
        stored++;
        window.taken();
      }
      case BROKEN -> {
        stored++;
        violations++;
      }
      case REFUSED -> {
        refused++;
        window.pushedBack();
      }
    }
  }

  @Override
  public void onError(Throwable failure) {
    if (!ending) {
      throw new IllegalStateException("the stream of appends ended", failure);
    }
  }

  @Override
  public void onCompleted() {}
}
